import WippyCore

/// Checks the fields of one entry against their schemas, and collects its references.
struct FieldValidator {
  let entry: EntryID?
  /// Where references without a namespace lead.
  let namespace: String
  /// An unknown field is an error in an entry; settings only warn.
  var unknownFields = Diagnostic.Severity.error
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var references: [EntryReference] = []
  /// Fields that are known from Wippy and not part of this runtime.
  private(set) var absentFields: [String] = []

  init(entry: EntryID?, namespace: String) {
    self.entry = entry
    self.namespace = namespace
  }

  mutating func report(_ severity: Diagnostic.Severity, _ position: SourcePosition, _ message: String) {
    diagnostics.append(Diagnostic(severity, position, entry: entry, message))
  }

  mutating func report(_ position: SourcePosition, _ message: String) { report(.error, position, message) }

  /// Checks a map: its fields, unknown ones, and missing ones. `ignoring` names keys that others look after.
  mutating func validate(
    _ node: SourceNode, fields: [FieldSchema], path: String, owner: String, isOpen: Bool = false,
    ignoring: Set<String> = []
  ) {
    for pair in node.pairs ?? [] where !ignoring.contains(pair.key) {
      guard let field = fields.first(where: { $0.name == pair.key || $0.aliases.contains(pair.key) }) else {
        if !isOpen { reportUnknown(pair, fields: fields, ignoring: ignoring, path: path, owner: owner) }
        continue
      }
      validate(pair, field: field, in: node, path: path.isEmpty ? pair.key : "\(path).\(pair.key)")
    }
    for field in fields where field.isRequired {
      let names = [field.name] + field.aliases
      if !names.contains(where: { node[$0] != nil }) {
        let full = path.isEmpty ? field.name : "\(path).\(field.name)"
        report(
          node.position,
          "the field `\(full)` is missing: add `\(field.name): ...` (\(field.type.expectation))")
      }
    }
  }

  private mutating func validate(_ pair: SourcePair, field: FieldSchema, in node: SourceNode, path: String) {
    if pair.key != field.name, node.pair(field.name) != nil {
      report(pair.keyPosition, "`\(pair.key)` and `\(field.name)` are the same field: keep one")
    }
    guard !pair.value.isNull else { return }
    switch field.support {
    case .full: break
    case .ignored(let reason):
      report(.notice, pair.keyPosition, "`\(path)` has no effect: \(reason)")
    case .absent:
      absentFields.append(path)
      report(
        .warning, pair.keyPosition,
        "`\(path)` is not part of this runtime: the entry is loaded, and fails when it is started; remove the field"
      )
      return
    case .refused(let reason):
      report(pair.keyPosition, "`\(path)`: \(reason)")
      return
    }
    validate(pair.value, type: field.type, path: path)
  }

  private mutating func validate(_ node: SourceNode, type: FieldType, path: String) {
    switch type {
    case .any: return
    case .text(let format):
      guard let text = node.string else { return reportType(node, type, path) }
      if let problem = format.problem(text) { report(node.position, "`\(path)`: \(problem)") }
    case .scalarText:
      if node.scalar == nil || node.isNull { reportType(node, type, path) }
    case .boolean:
      if FieldDecoding.boolean(node) == nil { reportType(node, type, path) }
    case .integer(let range):
      guard let number = FieldDecoding.integer(node), range.contains(number) else {
        return reportType(node, type, path)
      }
    case .number(let range):
      guard let number = FieldDecoding.number(node), range.contains(number) else {
        return reportType(node, type, path)
      }
    case .size:
      if FieldDecoding.size(node) == nil { reportType(node, type, path) }
    case .duration:
      if FieldDecoding.duration(node) == nil { reportType(node, type, path) }
    case .shutdown:
      if FieldDecoding.duration(node) == nil, !["brutal_kill", "infinity"].contains(node.string) {
        reportType(node, type, path)
      }
    case .fileMode:
      if FieldDecoding.fileMode(node) == nil { reportType(node, type, path) }
    case .oneOf(let words):
      guard let text = node.string else { return reportType(node, type, path) }
      if !words.contains(text) {
        let advice = suggestion(for: text, in: words).map { ": \($0)" } ?? ""
        report(node.position, "`\(path)`: expected \(type.expectation), got \(node.typeName)\(advice)")
      }
    case .reference(let kinds): validateReference(node, kinds: kinds, path: path)
    case .list(let element):
      guard let items = node.items else { return reportType(node, type, path) }
      for (index, item) in items.enumerated() { validate(item, type: element, path: "\(path)[\(index)]") }
    case .map(let element):
      guard let pairs = node.pairs else { return reportType(node, type, path) }
      for pair in pairs { validate(pair.value, type: element, path: "\(path).\(pair.key)") }
    case .object(let fields):
      guard node.pairs != nil else { return reportType(node, type, path) }
      validate(node, fields: fields, path: path, owner: "`\(path)`")
    }
  }

  private mutating func validateReference(_ node: SourceNode, kinds: [String], path: String) {
    guard let text = node.string else { return reportType(node, .reference(kinds), path) }
    guard let target = EntryID(text, in: namespace) else {
      return report(
        node.position,
        "`\(path)`: \"\(shortened(text))\" is no id: write `namespace:name` with letters, digits, `_`, `-` and dots"
      )
    }
    references.append(EntryReference(target: target, kinds: kinds, path: path, position: node.position))
  }

  private mutating func reportType(_ node: SourceNode, _ type: FieldType, _ path: String) {
    report(node.position, "`\(path)`: expected \(type.expectation), got \(node.typeName)")
  }

  private mutating func reportUnknown(
    _ pair: SourcePair, fields: [FieldSchema], ignoring: Set<String>, path: String, owner: String
  ) {
    let known = fields.filter { $0.support != .absent }.flatMap { [$0.name] + $0.aliases } + ignoring.sorted()
    let list = known.map { "`\($0)`" }.joined(separator: ", ")
    let advice = suggestion(for: pair.key, in: known) ?? "\(owner) has \(list)"
    let full = path.isEmpty ? pair.key : "\(path).\(pair.key)"
    report(unknownFields, pair.keyPosition, "unknown field `\(shortened(full))`: \(advice)")
  }
}
