import ArgumentParser
import Glibc
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

  /// The registry of the project that is meant; its warnings are on stderr.
  ///
  /// - Throws: All problems, or that there is no project.
  func loadRegistry() throws(CommandFailure) -> Registry {
    let registry = try loadUncheckedRegistry()
    guard !registry.hasErrors else { throw CommandFailure(Problem.all(registry.diagnostics, silent: silent)) }
    StandardError.report(Problem.all(registry.diagnostics, silent: silent))
    return registry
  }

  /// The registry with whatever problems it has.
  func loadUncheckedRegistry() throws(CommandFailure) -> Registry {
    do {
      let project = try Project.locate(explicit: project)
      let registry = Registry.load(project, environment: currentEnvironment(), overrides: settings)
      guard !registry.isMissing || registry.hasErrors else { throw CommandFailure.noProject(at: project.root) }
      return registry
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}

/// The operating system's environment, without the detour through Foundation.
func currentEnvironment() -> [String: String] {
  var variables: [String: String] = [:]
  var cursor = environ
  while let pointer = cursor.pointee {
    let text = String(cString: pointer)
    if let equals = text.firstIndex(of: "=") {
      variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    cursor += 1
  }
  return variables
}
