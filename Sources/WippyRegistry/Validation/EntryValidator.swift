import WippyCore

/// Checks one entry by itself: its name, its kind, its fields, and what a kind asks for beyond its fields.
struct EntryValidator {
  /// What comes out of an entry.
  struct Outcome {
    var entry: Entry?
    var kindIsKnown = false
    var references: [EntryReference] = []
    var diagnostics: [Diagnostic] = []
  }

  let namespace: String
  let directory: String

  func validate(_ node: SourceNode) -> Outcome {
    var outcome = Outcome()
    guard node.pairs != nil else {
      outcome.diagnostics.append(
        Diagnostic(
          .error, node.position, "expected an entry with `name` and `kind`, got \(node.typeName)"))
      return outcome
    }
    guard let id = identity(of: node, report: { outcome.diagnostics.append($0) }) else { return outcome }
    guard let kind = kind(of: node, id: id, report: { outcome.diagnostics.append($0) }) else {
      return outcome
    }
    var validator = FieldValidator(entry: id, namespace: namespace)
    var unsupported: [String] = []
    if let schema = KindTable.schema(of: kind) {
      outcome.kindIsKnown = true
      if !schema.isSupported {
        unsupported.append("the kind `\(kind)` is not part of this runtime")
        validator.report(
          .warning, node["kind"]?.position ?? node.position,
          "the kind `\(kind)` is not part of this runtime: the entry is loaded, and what needs it fails when it is "
            + "started")
      }
      validator.validate(
        node, fields: schema.fields, path: "", owner: "a \(kind)", isOpen: schema.isOpen,
        ignoring: ["name", "kind", "meta"])
      validateMeta(node, schema: schema, &validator)
      validateAlternatives(node, schema: schema, &validator)
      KindRules.validate(node, kind: kind, &validator)
    } else {
      let advice =
        suggestion(for: kind, in: KindTable.names) ?? "see the kinds of the registry's documentation"
      validator.report(
        node["kind"]?.position ?? node.position, "unknown kind `\(shortened(kind))`: \(advice)")
    }
    unsupported += validator.absentFields.map { "`\($0)` is not part of this runtime" }
    outcome.references = validator.references
    outcome.diagnostics += validator.diagnostics
    outcome.entry = Entry(
      id: id, kind: kind, node: node, position: node.position, directory: directory, unsupported: unsupported)
    return outcome
  }

  private func identity(of node: SourceNode, report: (Diagnostic) -> Void) -> EntryID? {
    guard let name = node["name"] else {
      report(Diagnostic(.error, node.position, "the entry has no name: add `name: ...`"))
      return nil
    }
    guard let text = name.scalar?.text, EntryID.isIdentifier(text) else {
      report(
        Diagnostic(
          .error, name.position, "`name`: expected letters, digits, `_`, `-` and dots, got \(name.typeName)"))
      return nil
    }
    return EntryID(namespace: namespace, name: text)
  }

  private func kind(of node: SourceNode, id: EntryID, report: (Diagnostic) -> Void) -> String? {
    guard let kind = node["kind"] else {
      report(
        Diagnostic(
          .error, node.position, entry: id,
          "the field `kind` is missing: add `kind: ...`, for example "
            + "`kind: process.wasm`"))
      return nil
    }
    guard let text = kind.string, !text.isEmpty else {
      report(Diagnostic(.error, kind.position, entry: id, "`kind`: expected a string, got \(kind.typeName)"))
      return nil
    }
    return text
  }

  private func validateMeta(_ node: SourceNode, schema: KindSchema, _ validator: inout FieldValidator) {
    guard let meta = node["meta"] else { return }
    guard meta.pairs != nil else {
      return validator.report(meta.position, "`meta`: expected a map, got \(meta.typeName)")
    }
    validator.validate(meta, fields: schema.metaFields, path: "meta", owner: "`meta`", isOpen: true)
  }

  private func validateAlternatives(
    _ node: SourceNode, schema: KindSchema, _ validator: inout FieldValidator
  ) {
    for names in schema.alternatives {
      let isThere = names.contains { name in
        name.hasPrefix("meta.") ? node["meta"]?[String(name.dropFirst(5))] != nil : node[name] != nil
      }
      if !isThere {
        let list = names.map { "`\($0)`" }.joined(separator: " or ")
        validator.report(node.position, "the field \(list) is missing: add one (the id of an entry)")
      }
    }
  }
}
