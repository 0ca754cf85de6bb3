import WippyCore
import WippyRegistry

/// Finds the hosts that a command needs.
struct CommandHosts {
  let registry: Registry

  /// The terminal host to run on.
  ///
  /// - Parameter name: `--host`; needed where there are several.
  func terminal(named name: String?) throws(CommandFailure) -> EntryID {
    let hosts = registry.entries(ofKindGlob: "terminal.host").map(\.id)
    if let name { return try named(name, among: hosts) }
    guard let first = hosts.first else { throw missing("terminal.host", name: "terminal") }
    guard hosts.count == 1 else {
      throw CommandFailure(
        "the project has several terminal hosts: choose one with `--host ID` (\(list(hosts)))")
    }
    return first
  }

  /// Commands spawn processes, and those need a host of their own.
  func requireProcessHost() throws(CommandFailure) {
    if registry.entries(ofKindGlob: "process.host").isEmpty {
      throw missing("process.host", name: "processes")
    }
  }

  private func named(_ name: String, among hosts: [EntryID]) throws(CommandFailure) -> EntryID {
    if let id = EntryID(name), hosts.contains(id) { return id }
    if let id = EntryID(name), let entry = registry.entry(id) {
      throw CommandFailure("`--host`: \(id) is a \(entry.kind), and a terminal.host is needed")
    }
    let advice =
      suggestion(for: name, in: hosts.map { "\($0)" })
      ?? (hosts.isEmpty ? "the project has none" : "there is \(list(hosts))")
    throw CommandFailure("`--host`: there is no terminal.host \(TerminalText.line(name)): \(advice)")
  }

  private func list(_ ids: [EntryID]) -> String { ids.map { "\($0)" }.joined(separator: ", ") }

  private func missing(_ kind: String, name: String) -> CommandFailure {
    let file = registry.definitionFiles.first.map { " of \($0)" } ?? " of a definition file"
    return CommandFailure(
      """
      the project has no \(kind), and commands need one: add these lines to the entries\(file)

        - name: \(name)
          kind: \(kind)
          lifecycle:
            auto_start: true

      """)
  }
}
