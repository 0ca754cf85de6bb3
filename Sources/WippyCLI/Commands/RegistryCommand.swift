import ArgumentParser

/// `wippy registry`
struct RegistryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Shows the project's entries.",
    subcommands: [RegistryListCommand.self, RegistryShowCommand.self])
}
