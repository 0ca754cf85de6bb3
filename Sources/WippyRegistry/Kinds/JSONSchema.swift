import WippyCore

/// The JSON Schema of definition files, generated from the table of kinds.
package enum JSONSchema {
  /// The text of `Schema/wippy.schema.json`.
  package static func text() -> String { JSONText.pretty(document()) + "\n" }

  private static func document() -> Value {
    let entry = table([
      ("type", .string("object")),
      (
        "properties",
        table([
          ("name", text(pattern: identifier, "The entry's name; its id is `namespace:name`.")),
          ("kind", table([("anyOf", .array([kindNames, table([("type", .string("string"))])]))])),
          ("meta", table([("type", .string("object")), ("description", .string("Data about the entry."))])),
        ])
      ),
      ("required", strings(["name", "kind"])),
      ("allOf", .array(KindTable.kinds.map(condition))),
    ])
    return table([
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string("Wippy definition file")),
      ("description", .string("A namespace and its entries.")),
      ("type", .string("object")),
      ("required", strings(["namespace"])),
      (
        "properties",
        table([
          ("version", table([("enum", .array([.string("1.0"), .float(1.0)]))])),
          ("namespace", text(pattern: identifier, "What the ids of the entries begin with.")),
          (
            "entries",
            table([("type", .string("array")), ("items", table([("$ref", .string("#/definitions/entry"))]))])
          ),
        ])
      ),
      ("if", table([("required", strings(["name", "kind"]))])),
      ("then", table([("$ref", .string("#/definitions/entry"))])),
      ("else", table([("required", strings(["entries"]))])),
      (
        "definitions",
        table(
          [("entry", entry)] + sharedTypes.map { ($0.name, $0.type) }
            + KindTable.kinds.map { ($0.kind, definition($0)) })
      ),
    ])
  }

  private static let identifier = "^[A-Za-z0-9_.-]+$"
  /// What many kinds have in common is written once.
  private static let sharedTypes = [KindTable.lifecycle, KindTable.limits, KindTable.pool].map {
    (name: "field-\($0.name)", type: type($0.type))
  }
  private static let kindNames = table([("enum", strings(KindTable.names))])

  private static func condition(_ schema: KindSchema) -> Value {
    table([
      ("if", table([("properties", table([("kind", table([("const", .string(schema.kind))]))]))])),
      ("then", table([("$ref", .string("#/definitions/\(schema.kind)"))])),
    ])
  }

  private static func definition(_ schema: KindSchema) -> Value {
    var meta: [(String, Value)] = [("type", .string("object"))]
    if !schema.metaFields.isEmpty { meta.append(("properties", properties(schema.metaFields))) }
    // A single entry stands beside these two in its file.
    let common: [(String, Value)] = ["version", "namespace", "name", "kind"].map { ($0, table([])) }
    var result: [(String, Value)] = [
      ("description", .string(schema.doc)),
      ("type", .string("object")),
      (
        "properties",
        table(common + [("meta", table(meta))] + propertyList(schema.fields))
      ),
    ]
    let required = schema.fields.filter(\.isRequired).map(\.name)
    if !required.isEmpty { result.append(("required", strings(required))) }
    let alternatives = schema.alternatives.map { names in
      table([("anyOf", .array(names.map(presence)))])
    }
    if !alternatives.isEmpty { result.append(("allOf", .array(alternatives))) }
    if !schema.isOpen { result.append(("additionalProperties", .bool(false))) }
    return table(result)
  }

  private static func presence(_ path: String) -> Value {
    guard path.hasPrefix("meta.") else { return table([("required", strings([path]))]) }
    let inner = table([("required", strings([String(path.dropFirst(5))]))])
    return table([("required", strings(["meta"])), ("properties", table([("meta", inner)]))])
  }

  /// The definition that says what a field's type is, where there is one.
  private static func shared(_ field: FieldSchema, _ type: Value) -> String? {
    // Only these are looked up: the definitions themselves are made of other fields.
    guard ["lifecycle", "limits", "pool"].contains(field.name) else { return nil }
    return sharedTypes.first { $0.type == type }?.name
  }

  private static func properties(_ fields: [FieldSchema]) -> Value { table(propertyList(fields)) }

  private static func propertyList(_ fields: [FieldSchema]) -> [(String, Value)] {
    fields.flatMap { field in ([field.name] + field.aliases).map { ($0, property(field)) } }
  }

  private static func property(_ field: FieldSchema) -> Value {
    if case .refused = field.support { return .bool(false) }
    var description = field.doc
    if let text = field.defaultText { description += " Default: \(text)." }
    var result: [(String, Value)] = [("description", .string(description))]
    if field.support == .absent { result.append(("deprecated", .bool(true))) }
    let fieldType = type(field.type)
    if let shared = shared(field, fieldType) {
      // Beside a `$ref`, nothing else counts.
      result.append(("allOf", .array([table([("$ref", .string("#/definitions/\(shared)"))])])))
    } else if case .table(let fields) = fieldType {
      result += fields.map { ($0.key, $0.value) }
    }
    return table(result)
  }

  private static func type(_ type: FieldType) -> Value {
    switch type {
    case .any: return table([])
    case .text(let format):
      guard let pattern = format.pattern else { return table([("type", .string("string"))]) }
      return table([("type", .string("string")), ("pattern", .string("(\(pattern))|\(substitution)"))])
    case .scalarText: return table([("type", strings(["string", "number", "boolean"]))])
    case .boolean: return orSubstitution(table([("type", .string("boolean"))]))
    case .integer(let range):
      var fields: [(String, Value)] = [("type", .string("integer")), ("minimum", .integer(range.lowerBound))]
      if range.upperBound < Int64(Int32.max) { fields.append(("maximum", .integer(range.upperBound))) }
      return orSubstitution(table(fields))
    case .number(let range):
      var fields: [(String, Value)] = [("type", .string("number")), ("minimum", .float(range.lowerBound))]
      if range.upperBound.isFinite { fields.append(("maximum", .float(range.upperBound))) }
      return orSubstitution(table(fields))
    case .size: return numberOr("^[0-9]+(B|[KMGT]i?B)?$", minimum: 0)
    case .duration: return numberOr(duration, minimum: 0, maximum: 0)
    case .shutdown: return numberOr("\(duration)|^(brutal_kill|infinity)$", minimum: 0, maximum: 0)
    case .fileMode: return numberOr("^(0o)?[0-7]{1,5}$", minimum: 0)
    case .oneOf(let words): return orSubstitution(table([("enum", strings(words))]))
    case .reference:
      return text(pattern: "^([A-Za-z0-9_.-]+:)?[A-Za-z0-9_.-]+$|\(substitution)", nil)
    case .list(let element): return table([("type", .string("array")), ("items", Self.type(element))])
    case .map(let element):
      return table([("type", .string("object")), ("additionalProperties", Self.type(element))])
    case .object(let fields):
      var result: [(String, Value)] = [("type", .string("object")), ("properties", properties(fields))]
      let required = fields.filter(\.isRequired).map(\.name)
      if !required.isEmpty { result.append(("required", strings(required))) }
      result.append(("additionalProperties", .bool(false)))
      return table(result)
    }
  }

  /// What a variable or a file supplies is known when the entry is loaded, not before.
  private static let substitution = "\\$\\{env:|^file://"
  private static let duration = "^([0-9]*\\.?[0-9]*(ns|us|\u{B5}s|ms|s|m|h))+$"

  private static func orSubstitution(_ type: Value) -> Value {
    table([("anyOf", .array([type, text(pattern: "\\$\\{env:", nil)]))])
  }

  private static func numberOr(_ pattern: String, minimum: Int64, maximum: Int64? = nil) -> Value {
    var number: [(String, Value)] = [("type", .string("integer")), ("minimum", .integer(minimum))]
    if let maximum { number.append(("maximum", .integer(maximum))) }
    return table([("anyOf", .array([table(number), text(pattern: "\(pattern)|\\$\\{env:", nil)]))])
  }

  private static func text(pattern: String, _ description: String?) -> Value {
    var fields: [(String, Value)] = [("type", .string("string")), ("pattern", .string(pattern))]
    if let description { fields.append(("description", .string(description))) }
    return table(fields)
  }

  private static func strings(_ texts: [String]) -> Value { .array(texts.map(Value.string)) }

  private static func table(_ fields: [(String, Value)]) -> Value {
    .table(fields.map { Value.Field($0.0, $0.1) })
  }
}
