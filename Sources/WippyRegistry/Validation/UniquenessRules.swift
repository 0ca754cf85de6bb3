import WippyCore

/// Names that may be there only once in a project.
enum UniquenessRules {
  /// `entries` in the order in which they were read: the first one keeps its name.
  static func diagnostics(_ entries: [Entry]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var commands: [String: Entry] = [:]
    var variables: [String: Entry] = [:]
    for entry in entries {
      if let command = Command(entry) {
        if let first = commands[command.name] {
          found.append(
            entry.diagnostic(
              at: "meta.command.name",
              "the command `\(command.name)` is already there: \(first.id) at \(first.position) has it; choose "
                + "another name"))
        } else {
          commands[command.name] = entry
        }
      }
      if entry.kind == "env.variable", let name = entry.node["variable"]?.string {
        if let first = variables[name] {
          found.append(
            entry.diagnostic(
              at: "variable",
              "the variable `\(name)` is already there: \(first.id) at \(first.position) has it; choose another name"
            ))
        } else {
          variables[name] = entry
        }
      }
    }
    return found
  }
}
