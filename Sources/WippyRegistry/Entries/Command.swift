import WippyCore

/// A command of `wippy run`: an entry with `meta.command`.
package struct Command: Sendable, Hashable {
  package let name: String
  /// One line for the list of commands; empty where none is given.
  package let short: String
  package let entry: EntryID

  init?(_ entry: Entry) {
    guard ["process.wasm", "process.lua"].contains(entry.kind),
      let command = entry.node["meta"]?["command"], let name = command["name"]?.string
    else { return nil }
    self.name = name
    short = command["short"]?.string ?? ""
    self.entry = entry.id
  }
}
