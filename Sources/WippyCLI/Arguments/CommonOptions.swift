import ArgumentParser
import WippyRegistry

/// The options that every command takes, before its name or after it.
struct CommonOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .long],
    help: ArgumentHelp("The project's directory; without it the nearest one upwards.", valueName: "dir"))
  var project: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Overrides a setting of .wippy.yaml. Repeatable.", valueName: "section.path=value"))
  var settings: [String] = []

  @Flag(name: .shortAndLong, help: "Log more: -v for information, -vv for everything.")
  var verbose: Int

  @Flag(name: .shortAndLong, help: "Log nothing.")
  var silent = false

  @Flag(name: [.customShort("c"), .customLong("color")], help: "Log in colour.")
  var colour = false

  @Option(help: ArgumentHelp("How log records look: console or json.", valueName: "format"))
  var logFormat: LogFormat?

  @Flag(help: "Print JSON.")
  var json = false

  enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case console
    case json
  }

  func loadRegistry() throws(CommandFailure) -> Registry { try access.registry() }
  func loadUncheckedRegistry() throws(CommandFailure) -> Registry { try access.uncheckedRegistry() }

  private var access: ProjectAccess { ProjectAccess(project: project, settings: settings, isSilent: silent) }
}
