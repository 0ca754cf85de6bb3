import Glibc
import WippyRegistry

/// The project that is meant, and its registry.
struct ProjectAccess {
  /// `-C DIR`
  var project: String?
  /// `--set`
  var settings: [String] = []
  var isSilent = false

  /// The registry of a project without errors; its warnings are on stderr.
  ///
  /// - Throws: All problems, or that there is no project.
  func registry() throws(CommandFailure) -> Registry {
    let registry = try uncheckedRegistry()
    let problems = Problem.all(registry.diagnostics, silent: isSilent)
    guard !registry.hasErrors else { throw CommandFailure(problems) }
    StandardError.report(problems)
    return registry
  }

  /// The registry with whatever problems it has.
  func uncheckedRegistry() throws(CommandFailure) -> Registry {
    let registry: Registry
    do throws(RegistryError) {
      let project = try Project.locate(explicit: project)
      registry = Registry.load(project, environment: currentEnvironment(), overrides: settings)
    } catch {
      throw CommandFailure("\(error)")
    }
    guard !registry.isMissing || registry.hasErrors else { throw .noProject(at: registry.project.root) }
    return registry
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
