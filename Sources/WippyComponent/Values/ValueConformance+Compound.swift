import WippyCore

// Lua has one empty table: `.array([])` and `.table([])` are the same wherever either may stand.

extension ValueConformance {
  static func list(_ value: Value, of element: ValueType, _ type: ValueType) throws(ValueError) -> Value {
    guard let elements = value.elements else { throw mismatch(value, type) }
    var converted: [Value] = []
    converted.reserveCapacity(elements.count)
    for (index, value) in elements.enumerated() {
      do { converted.append(try convert(value, to: element)) } catch { throw error.inside(.index(index)) }
    }
    return .array(converted)
  }

  static func tuple(_ value: Value, of types: [ValueType], _ type: ValueType) throws(ValueError) -> Value {
    guard let elements = value.elements else { throw mismatch(value, type) }
    guard elements.count == types.count else {
      throw ValueError(.length(expected: types.count, got: elements.count))
    }
    var converted: [Value] = []
    converted.reserveCapacity(elements.count)
    for (index, pair) in zip(elements, types).enumerated() {
      do { converted.append(try convert(pair.0, to: pair.1)) } catch { throw error.inside(.index(index)) }
    }
    return .array(converted)
  }

  static func record(_ value: Value, of fields: [RecordField], _ type: ValueType) throws(ValueError) -> Value {
    guard let given = value.fields else { throw mismatch(value, type) }
    var values = [Value?](repeating: nil, count: fields.count)
    for (position, field) in given.enumerated() {
      guard let index = index(of: field.key, in: fields, likely: position) else {
        let names = fields.map(\.name)
        throw ValueError(
          .unknownField(field.key, nearest: NearestName.of(field.key, among: names), known: names))
      }
      guard values[index] == nil else { throw ValueError(.duplicateField(fields[index].name)) }
      values[index] = field.value
    }
    var converted: [Value.Field] = []
    converted.reserveCapacity(fields.count)
    for (field, value) in zip(fields, values) {
      guard let value else {
        guard case .option = field.type else { throw ValueError(.missingField(field.name)) }
        converted.append(Value.Field(field.name, .null))
        continue
      }
      do {
        converted.append(Value.Field(field.name, try convert(value, to: field.type)))
      } catch { throw error.inside(.name(field.name)) }
    }
    return .table(converted)
  }

  /// The field whose WIT name is `key`, in kebab-case or snake_case; `likely` is where it stands when the
  /// table has the declared order.
  private static func index(of key: String, in fields: [RecordField], likely: Int) -> Int? {
    if likely < fields.count, fields[likely].name == key { return likely }
    if let index = fields.firstIndex(where: { $0.name == key }) { return index }
    guard key.utf8.contains(UInt8(ascii: "_")) else { return nil }
    let kebab = String(
      decoding: key.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    return fields.firstIndex { $0.name == kebab }
  }

  static func option(_ value: Value, of payload: ValueType, _ type: ValueType) throws(ValueError) -> Value {
    if value == .null { return .null }
    guard case .option = payload else { return try convert(value, to: payload) }
    guard let fields = value.fields, fields.count <= 1 else { throw mismatch(value, type) }
    guard let some = fields.first else { return .table([]) }
    guard some.key == "some" else {
      throw ValueError(.mismatch(expected: "a table with some, or an empty one", got: "key \"\(some.key)\""))
    }
    do {
      let inner = try convert(some.value, to: payload)
      return inner == .null ? .table([]) : .table([Value.Field("some", inner)])
    } catch { throw error.inside(.name("some")) }
  }

  static func result(
    _ value: Value, ok: ValueType?, error failure: ValueType?, _ type: ValueType
  ) throws(ValueError) -> Value {
    let cases = [VariantCase("ok", ok), VariantCase("err", failure)]
    let (chosen, given) = try chooseCase(value, of: cases, type)
    return .table([Value.Field(chosen.name, try payload(given, of: chosen) ?? .null)])
  }

  static func variant(_ value: Value, of cases: [VariantCase], _ type: ValueType) throws(ValueError) -> Value {
    let (chosen, given) = try chooseCase(value, of: cases, type)
    guard let payload = try payload(given, of: chosen) else { return .string(chosen.name) }
    return .table([Value.Field(chosen.name, payload)])
  }

  /// The case that a name alone or a table of one key means, and its payload as it was given.
  private static func chooseCase(
    _ value: Value, of cases: [VariantCase], _ type: ValueType
  ) throws(ValueError) -> (VariantCase, Value?) {
    let name: String
    let given: Value?
    switch value {
    case .string(let text): (name, given) = (text, nil)
    case .table(let fields) where fields.count == 1: (name, given) = (fields[0].key, fields[0].value)
    case .table(let fields) where fields.count > 1:
      throw ValueError(
        .mismatch(
          expected: "\(type.shortDescription) (a table of one key)", got: "one of \(fields.count) keys"))
    default: throw mismatch(value, type)
    }
    guard let chosen = cases.first(where: { $0.name == name }) else {
      throw unknownCase(name, among: cases.map(\.name))
    }
    return (chosen, given)
  }

  /// The converted payload; `nil` for a case that has none.
  private static func payload(_ given: Value?, of chosen: VariantCase) throws(ValueError) -> Value? {
    guard let type = chosen.payload else {
      guard given == nil || given == .null else { throw ValueError(.unexpectedPayload(chosen.name)) }
      return nil
    }
    guard let given else {
      // Lua drops a nil from a table: the name alone is the case with `none`.
      if case .option = type { return .null }
      throw ValueError(.missingPayload(chosen.name))
    }
    do { return try convert(given, to: type) } catch { throw error.inside(.name(chosen.name)) }
  }

  static func enumeration(_ value: Value, of names: [String], _ type: ValueType) throws(ValueError) -> Value {
    guard case .string(let name) = value else { throw mismatch(value, type) }
    guard names.contains(name) else { throw unknownCase(name, among: names) }
    return value
  }

  static func flags(_ value: Value, of names: [String], _ type: ValueType) throws(ValueError) -> Value {
    guard let elements = value.elements else { throw mismatch(value, type) }
    var given: Set<String> = []
    for (index, element) in elements.enumerated() {
      guard case .string(let name) = element else {
        throw ValueError(.mismatch(expected: "the name of a flag", got: element.typeName)).inside(
          .index(index))
      }
      guard names.contains(name) else { throw unknownCase(name, among: names).inside(.index(index)) }
      given.insert(name)
    }
    return .array(names.filter(given.contains).map(Value.string))
  }

  static func handle(
    _ value: Value, of resource: ResourceType, _ type: ValueType
  ) throws(ValueError) -> Value {
    guard case .resource(let reference) = value else { throw mismatch(value, type) }
    guard reference.type == resource.name else {
      throw ValueError(.mismatch(expected: type.shortDescription, got: "resource \(reference.type)"))
    }
    return value
  }

  static func unknownCase(_ name: String, among names: [String]) -> ValueError {
    ValueError(.unknownCase(name, nearest: NearestName.of(name, among: names), known: names))
  }
}

extension Value {
  /// The elements of an array; an empty table is an empty array.
  fileprivate var elements: [Value]? {
    switch self {
    case .array(let elements): elements
    case .table(let fields) where fields.isEmpty: []
    default: nil
    }
  }

  /// The fields of a table; an empty array is an empty table.
  fileprivate var fields: [Field]? {
    switch self {
    case .table(let fields): fields
    case .array(let elements) where elements.isEmpty: []
    default: nil
    }
  }
}
