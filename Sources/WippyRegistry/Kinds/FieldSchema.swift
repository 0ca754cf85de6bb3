/// One field of a kind: the row that validation, the JSON Schema and the documentation come from.
package struct FieldSchema: Sendable {
  /// How far this runtime goes with a field.
  package enum Support: Sendable, Hashable {
    case full
    /// Accepted without effect: a notice with the reason.
    case ignored(String)
    /// Wippy has it, this runtime does not: a warning, and an entry that has it cannot be started.
    case absent
    /// An error with the reason: ignoring it would be dangerous or wrong.
    case refused(String)
  }

  package let name: String
  /// Other spellings of the name.
  package let aliases: [String]
  package let type: FieldType
  package let isRequired: Bool
  /// The default as it would be written in YAML; `nil` when there is none.
  package let defaultText: String?
  /// One line for editors and readers.
  package let doc: String
  package let support: Support

  init(
    _ name: String, _ type: FieldType, aliases: [String] = [], required: Bool = false, default: String? = nil,
    _ doc: String, support: Support = .full
  ) {
    self.name = name
    self.aliases = aliases
    self.type = type
    isRequired = required
    defaultText = `default`
    self.doc = doc
    self.support = support
  }

  /// A field of Wippy's documentation that this runtime does not have.
  static func absent(_ name: String) -> FieldSchema {
    FieldSchema(name, .any, "Known from Wippy; not part of this runtime.", support: .absent)
  }
}
