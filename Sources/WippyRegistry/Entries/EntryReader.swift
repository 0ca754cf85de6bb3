import WippyCore

/// Reads the fields of a validated entry. What validation did not see is an error with its position.
struct EntryReader {
  let entry: Entry
  let node: SourceNode
  let path: String

  init(_ entry: Entry, kind expected: String) throws(RegistryError) {
    guard globMatches(expected, entry.kind) else {
      throw .wrongKind(entry.id, kind: entry.kind, expected: expected)
    }
    self.init(entry: entry, node: entry.node, path: "")
  }

  init(entry: Entry, node: SourceNode, path: String) {
    self.entry = entry
    self.node = node
    self.path = path
  }

  func object(_ key: String) -> EntryReader? {
    node[key].map { EntryReader(entry: entry, node: $0, path: join(key)) }
  }

  func objects(_ key: String) -> [EntryReader] {
    (node[key]?.items ?? []).enumerated().map {
      EntryReader(entry: entry, node: $1, path: "\(join(key))[\($0)]")
    }
  }

  func text(_ key: String) -> String? {
    guard let node = node[key] else { return nil }
    return node.string ?? node.scalar?.text
  }

  func requiredText(_ key: String) throws(RegistryError) -> String {
    guard let text = text(key) else { throw invalid(key, "the field `\(join(key))` is missing") }
    return text
  }

  func texts(_ key: String) -> [String] {
    (node[key]?.items ?? []).compactMap { $0.string ?? $0.scalar?.text }
  }

  func boolean(_ key: String) -> Bool? { node[key].flatMap(FieldDecoding.boolean) }
  func integer(_ key: String) -> Int64? { node[key].flatMap(FieldDecoding.integer) }
  func size(_ key: String) -> UInt64? { node[key].flatMap(FieldDecoding.size) }
  func duration(_ key: String) -> Duration? { node[key].flatMap(FieldDecoding.duration) }
  func fileMode(_ key: String) -> UInt32? { node[key].flatMap(FieldDecoding.fileMode) }

  func reference(_ key: String) -> EntryID? { text(key).flatMap { entry.resolve($0) } }

  func requiredReference(_ key: String) throws(RegistryError) -> EntryID {
    let text = try requiredText(key)
    guard let id = entry.resolve(text) else { throw invalid(key, "\"\(shortened(text))\" is no id") }
    return id
  }

  func invalid(_ key: String, _ message: String) -> RegistryError {
    .invalidField(entry.diagnostic(at: join(key), message))
  }

  private func join(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
