import ArgumentParser

/// The root of the commands.
struct WippyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wippy",
    abstract: "Runs WebAssembly components and modules as supervised processes.",
    usage: "wippy [-C <dir>] <command> ...",
    discussion: "A project is a directory with entries in YAML files: `wippy init` writes one.",
    version: VersionCommand.text,
    groupedSubcommands: [
      CommandGroup(name: "Run", subcommands: [RunCommand.self, ServeCommand.self]),
      CommandGroup(
        name: "Project",
        subcommands: [
          InitCommand.self, LintCommand.self, RegistryCommand.self, HashCommand.self, InspectCommand.self,
        ]),
      CommandGroup(name: "Processes", subcommands: [PsCommand.self, TopCommand.self, KillCommand.self]),
      CommandGroup(
        name: "Installation", subcommands: [DoctorCommand.self, VersionCommand.self, CompletionsCommand.self]),
    ])

  /// The commands by their names, and the parser's own `help`.
  static let names =
    (configuration.ungroupedSubcommands + configuration.groupedSubcommands.flatMap(\.subcommands)).compactMap {
      $0.configuration.commandName
    } + ["help"]
}
