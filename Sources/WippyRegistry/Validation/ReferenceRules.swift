import WippyCore

/// Checks what entries say about each other.
struct ReferenceRules {
  let entries: [EntryID: Entry]
  let references: [EntryID: [EntryReference]]
  /// Entries whose kind nobody knows: it has been reported, and a second report would be noise.
  let unknownKinds: Set<EntryID>
  /// Namespaces of files that could not be parsed; `nil` when one of them is not known.
  let brokenNamespaces: Set<String>?

  func diagnostics() -> [Diagnostic] {
    var found: [Diagnostic] = []
    for (id, list) in references {
      for reference in list {
        if let problem = problem(reference) {
          found.append(Diagnostic(.error, reference.position, entry: id, "`\(reference.path)`: \(problem)"))
        }
      }
    }
    return found
  }

  private func problem(_ reference: EntryReference) -> String? {
    guard let target = entries[reference.target] else {
      // What a broken file would have defined is not known.
      guard let brokenNamespaces, !brokenNamespaces.contains(reference.target.namespace) else { return nil }
      return "there is no entry `\(reference.target)`: \(advice(reference))"
    }
    if unknownKinds.contains(target.id) || reference.kinds.contains(where: { globMatches($0, target.kind) }) {
      return nil
    }
    let kinds = reference.kinds.map { "`\($0)`" }.joined(separator: " or ")
    let fitting = suggestion(for: "\(reference.target)", in: fittingIDs(reference)) ?? "name another entry"
    return "entry `\(target.id)` is a `\(target.kind)`, and \(kinds) is needed: \(fitting)"
  }

  private func advice(_ reference: EntryReference) -> String {
    let fitting = fittingIDs(reference)
    let sameName = fitting.filter { $0.hasSuffix(":\(reference.target.name)") }.sorted()
    if !sameName.isEmpty {
      return "did you mean \(sameName.prefix(3).map { "`\($0)`" }.joined(separator: " or "))?"
    }
    return suggestion(for: "\(reference.target)", in: fitting) ?? "define it, or name another entry"
  }

  private func fittingIDs(_ reference: EntryReference) -> [String] {
    entries.values.filter { entry in reference.kinds.contains { globMatches($0, entry.kind) } }.map {
      "\($0.id)"
    }
  }
}
