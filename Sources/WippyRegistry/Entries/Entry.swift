import WippyCore

/// One item of the registry, with the places of its fields.
package struct Entry: Sendable {
  package let id: EntryID
  package let kind: String
  /// The map `meta`; an empty table where there is none.
  package let meta: Value
  /// Everything but `name`, `kind` and `meta`, as plain values.
  package let fields: Value
  /// Where the entry begins.
  package let position: SourcePosition
  /// The directory of the entry's file, absolute.
  package let directory: String
  /// Why the entry cannot be started although it is valid: its kind, or a field, is not part of this runtime.
  /// Empty for most.
  package let unsupported: [String]
  let node: SourceNode

  init(
    id: EntryID, kind: String, node: SourceNode, position: SourcePosition, directory: String,
    unsupported: [String]
  ) {
    self.id = id
    self.kind = kind
    self.node = node
    self.position = position
    self.directory = directory
    self.unsupported = unsupported
    meta = node["meta"]?.value ?? .table([])
    let own = (node.pairs ?? []).filter { !["name", "kind", "meta"].contains($0.key) }
    fields = .table(own.map { Value.Field($0.key, $0.value.value) })
  }

  /// Where the value of a field stands: `hash`, `wasi.env[0].id`, `meta.command.name`. For a field that is not there,
  /// the nearest place around it.
  package func position(of path: String) -> SourcePosition {
    var current = node
    var place = position
    for step in FieldPath.steps(path) {
      switch step {
      case .key(let key):
        guard let next = current.pair(key)?.value else { return place }
        current = next
      case .index(let index):
        guard let items = current.items, items.indices.contains(index) else { return place }
        current = items[index]
      }
      place = current.position
    }
    return place
  }

  /// A problem of this entry at a field, as the registry itself reports one.
  package func diagnostic(
    _ severity: Diagnostic.Severity = .error, at path: String? = nil, _ message: String
  ) -> Diagnostic {
    Diagnostic(severity, path.map { position(of: $0) } ?? position, entry: id, message)
  }

  /// A reference as it stands in this entry: a name without a namespace means the entry's own.
  package func resolve(_ reference: String) -> EntryID? {
    EntryID(reference, in: id.namespace)
  }
}
