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
    return found + endpoints(entries)
  }

  /// Two endpoints of one router that answer the same requests.
  private static func endpoints(_ entries: [Entry]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var known: [String: Entry] = [:]
    let routers = Dictionary(
      entries.filter { $0.kind == "http.router" }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in entries where entry.kind == "http.endpoint" {
      guard let method = entry.node["method"]?.string, let path = entry.node["path"]?.string,
        let id = HTTPEndpointEntry.reference("router", entry), let router = routers[id],
        let server = HTTPEndpointEntry.reference("server", router)
      else { continue }
      let whole = HTTPEndpointEntry.joined(router.node["prefix"]?.string ?? "", path)
      // Parameters match the same segments, whatever their names are.
      let shape = whole.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : String($0) }
      let key = "\(server) \(method) \(shape.joined(separator: "/"))"
      if let first = known[key] {
        found.append(
          entry.diagnostic(
            at: "path",
            "\(first.id) at \(first.position) answers \(method) \(whole) already: choose another path or method"))
      } else {
        known[key] = entry
      }
    }
    return found
  }
}
