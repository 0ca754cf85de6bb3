import WippyCore
import WippyRegistry

/// Brings the `hash` of every entry up to date with its binary.
struct HashRefresh {
  struct Change {
    var entry: EntryID
    var position: SourcePosition
    var old: String
    var new: String

    var json: Value {
      .table([
        .init("entry", .string("\(entry)")), .init("position", .string("\(position)")),
        .init("old", .string(old)), .init("new", .string(new)),
      ])
    }
  }

  struct Outcome {
    var changes: [Change] = []
    var unchanged = 0
    /// Entries that need a hand.
    var problems: [String] = []

    var text: String {
      var text = changes.map { "\($0.position): \($0.entry): \($0.new)\n" }.joined()
      text += "\(counted(changes.count, "hash", "hashes")) changed, \(unchanged) up to date\n"
      return TerminalText.lines(text)
    }
  }

  private let registry: Registry
  private let entries: [Entry]

  init(_ registry: Registry) {
    self.registry = registry
    entries = registry.entries.filter { ["process.wasm", "function.wasm"].contains($0.kind) }
  }

  /// Changes the definition files, each atomically. A project with other problems than its hashes is left alone.
  func run(silent: Bool) throws(CommandFailure) -> Outcome {
    let others = registry.diagnostics.filter { !isAboutHash($0) }
    let problems = Problem.all(others, silent: silent)
    guard !others.contains(where: { $0.severity == .error }) else { throw CommandFailure(problems) }
    StandardError.report(problems)
    var outcome = Outcome()
    var edits: [String: [Change]] = [:]
    for entry in entries {
      do {
        let hash = try WasmFile(try binaryPath(of: entry)).hash
        try plan(entry, hash, into: &edits, &outcome)
      } catch {
        outcome.problems += error.problems.map { "\(entry.position(of: "path")): \(entry.id): \($0.text)" }
      }
    }
    for (file, changes) in edits.sorted(by: { $0.key < $1.key }) { apply(changes, to: file, &outcome) }
    outcome.changes.sort { $0.position < $1.position }
    return outcome
  }

  private func isAboutHash(_ diagnostic: Diagnostic) -> Bool {
    guard let entry = entries.first(where: { $0.id == diagnostic.entry }) else { return false }
    guard let value = entry.fields["hash"] else { return diagnostic.message.contains("`hash`") }
    return value != .null && diagnostic.position == entry.position(of: "hash")
  }

  private func binaryPath(of entry: Entry) throws(CommandFailure) -> String {
    guard case .string(let fs)? = entry.fields["fs"], case .string(let path)? = entry.fields["path"],
      let filesystem = entry.resolve(fs)
    else { throw CommandFailure("`fs` and `path` have to name the binary") }
    do {
      return try FilesystemResolver(registry).directory(of: filesystem) + "/"
        + path.split(separator: "/").joined(separator: "/")
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  private func plan(
    _ entry: Entry, _ hash: String, into edits: inout [String: [Change]], _ outcome: inout Outcome
  ) throws(CommandFailure) {
    guard case .string(let old)? = entry.fields["hash"], !old.isEmpty else {
      throw CommandFailure("the entry has no `hash`: add the line `hash: \(hash)`")
    }
    guard old.lowercased() != hash else {
      outcome.unchanged += 1
      return
    }
    let position = entry.position(of: "hash")
    // An anchor can serve several entries: the same place, which can hold one value only.
    if let other = edits[position.file]?.first(where: { $0.position == position }), other.new != hash {
      throw CommandFailure(
        "its `hash` at \(position) is shared with \(other.entry), whose binary is another one: give each its own"
      )
    }
    edits[position.file, default: []].append(Change(entry: entry.id, position: position, old: old, new: hash))
  }

  private func apply(_ changes: [Change], to file: String, _ outcome: inout Outcome) {
    do {
      var text = try DefinitionText(registry.project, file: file)
      var applied: [Change] = []
      // From the end, so that the positions before it stay where they are.
      for change in changes.sorted(by: { $0.position > $1.position }) {
        if applied.last?.position == change.position {
          applied.append(change)
          continue
        }
        if text.replace(
          change.old, with: change.new, line: change.position.line, column: change.position.column)
        {
          applied.append(change)
        } else {
          outcome.problems.append(
            "\(change.position): \(change.entry): the value cannot be replaced where it stands: write "
              + "`hash: \(change.new)`")
        }
      }
      guard !applied.isEmpty else { return }
      try text.save()
      outcome.changes += applied
    } catch {
      outcome.problems += error.problems.map(\.text)
    }
  }
}
