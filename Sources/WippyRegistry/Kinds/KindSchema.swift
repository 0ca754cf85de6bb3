/// A kind of entry with its fields.
package struct KindSchema: Sendable {
  package let kind: String
  /// One line for editors and readers.
  package let doc: String
  /// All fields but `name`, `kind` and `meta`.
  package let fields: [FieldSchema]
  /// What the kind reads from `meta`; other keys are the user's own.
  package let metaFields: [FieldSchema]
  /// Each list names fields of which at least one is needed; `meta.` leads into `meta`.
  package let alternatives: [[String]]
  /// Fields that are not in the table are the user's own data.
  package let isOpen: Bool
  /// `false` for a kind that Wippy documents and this runtime does not have.
  package let isSupported: Bool

  init(
    _ kind: String, _ doc: String, _ fields: [FieldSchema], meta: [FieldSchema] = [],
    alternatives: [[String]] = [], isOpen: Bool = false, isSupported: Bool = true
  ) {
    self.kind = kind
    self.doc = doc
    self.fields = fields
    metaFields = meta
    self.alternatives = alternatives
    self.isOpen = isOpen
    self.isSupported = isSupported
  }
}
