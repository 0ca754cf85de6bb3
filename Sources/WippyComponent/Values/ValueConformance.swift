import WippyCore

/// Checks loose values (from Lua, JSON or YAML) against WIT types, and brings them into the *normal form*,
/// which the canonical ABI lowers without further questions and in which it lifts.
///
/// | WIT | normal form |
/// | --- | --- |
/// | `bool` | `.bool` |
/// | integers | `.integer`; `.unsigned` above `Int64.max` |
/// | `f32`, `f64` | `.float`, for `f32` rounded to it |
/// | `char` | `.string` of one Unicode scalar |
/// | `string` | `.string` |
/// | `list<u8>` | `.bytes` |
/// | other lists, `tuple` | `.array` |
/// | `record` | `.table` of all fields, in declared order, with their WIT names |
/// | `option<T>` | `.null`, or the payload |
/// | `option<option<T>>` | `.null`; `.table([])` for some(none); `.table` of `some` |
/// | `result` | `.table` of `ok` or `err`, `.null` where that has no payload |
/// | `variant` | `.table` of the case; `.string` of the case that has no payload |
/// | `enum` | `.string` |
/// | `flags` | `.array` of names in declared order, each once |
/// | `own`, `borrow` | `.resource` |
///
/// Conversion is idempotent. It recurses as deep as the type, not as deep as the value.
package enum ValueConformance {
  /// The strings that stand for the floats that JSON has no number for.
  static let namedFloats: [(name: String, value: Double)] = [
    ("NaN", .nan), ("Infinity", .infinity), ("-Infinity", -.infinity),
  ]

  /// The normal form of `value` as a `type`; `path` comes before the path in an error.
  package static func conform(
    _ value: Value, to type: ValueType, at path: ValuePath = ValuePath()
  ) throws(ValueError) -> Value {
    do { return try convert(value, to: type) } catch { throw error.inside(path) }
  }

  static func convert(_ value: Value, to type: ValueType) throws(ValueError) -> Value {
    switch type {
    case .bool:
      if case .bool = value { return value }
    case .s8, .u8, .s16, .u16, .s32, .u32, .s64, .u64:
      return try integer(value, type)
    case .f32, .f64:
      return try float(value, type)
    case .char:
      return try character(value)
    case .string:
      return try string(value)
    case .list(.u8):
      return try bytes(value)
    case .list(let element):
      return try list(value, of: element, type)
    case .tuple(let elements):
      return try tuple(value, of: elements, type)
    case .record(let fields):
      return try record(value, of: fields, type)
    case .option(let payload):
      return try option(value, of: payload, type)
    case .result(let ok, let error):
      return try result(value, ok: ok, error: error, type)
    case .variant(let cases):
      return try variant(value, of: cases, type)
    case .enumeration(let names):
      return try enumeration(value, of: names, type)
    case .flags(let names):
      return try flags(value, of: names, type)
    case .own(let resource), .borrow(let resource):
      return try handle(value, of: resource, type)
    }
    throw mismatch(value, type)
  }

  static func mismatch(_ value: Value, _ type: ValueType) -> ValueError {
    ValueError(.mismatch(expected: type.shortDescription, got: value.typeName))
  }
}

// MARK: - Primitives

extension ValueConformance {
  private static func integer(_ value: Value, _ type: ValueType) throws(ValueError) -> Value {
    guard let range = type.integerRange else { throw mismatch(value, type) }
    switch value {
    case .integer(let number):
      guard range.contains(number) else { throw outOfRange("\(number)", type) }
      return value
    case .unsigned(let number):
      guard range.contains(number) else { throw outOfRange("\(number)", type) }
      return Value(unsigned: number)
    case .float(let number):
      if let exact = Int64(exactly: number) { return try integer(.integer(exact), type) }
      if let exact = UInt64(exactly: number) { return try integer(.unsigned(exact), type) }
      if number.isFinite, number == number.rounded(.towardZero) { throw outOfRange("\(number)", type) }
      throw ValueError(.mismatch(expected: type.shortDescription, got: "\(number)"))
    case .string(let text):
      // Lua receives a u64 above 2^63-1 as a decimal string; it can be handed back.
      if type == .u64, let number = UInt64(text), number > UInt64(Int64.max), text.first != "+" {
        return .unsigned(number)
      }
    default: break
    }
    throw mismatch(value, type)
  }

  static func outOfRange(_ number: String, _ type: ValueType) -> ValueError {
    let bounds = type.integerRange.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "too large to be finite"
    return ValueError(.outOfRange(number: number, type: type.shortDescription, bounds: bounds))
  }

  private static func float(_ value: Value, _ type: ValueType) throws(ValueError) -> Value {
    let number: Double
    switch value {
    case .integer(let integer): number = Double(integer)
    case .unsigned(let integer): number = Double(integer)
    case .float(let double): number = double
    case .string(let text):
      guard let named = namedFloats.first(where: { $0.name == text }) else {
        let names = namedFloats.map { "\"\($0.name)\"" }.joined(separator: ", ")
        throw ValueError(
          .mismatch(expected: "\(type.shortDescription) (a number, or \(names))", got: "string"))
      }
      number = named.value
    default: throw mismatch(value, type)
    }
    guard type == .f32 else { return .float(number) }
    let rounded = Float(number)
    if number.isFinite, !rounded.isFinite { throw outOfRange("\(number)", type) }
    return .float(Double(rounded))
  }

  private static func string(_ value: Value) throws(ValueError) -> Value {
    switch value {
    case .string: return value
    case .bytes(let bytes):
      guard let text = bytes.withUnsafeBytes({ String(validUTF8: $0) }) else { throw ValueError(.notUTF8) }
      return .string(text)
    default: throw mismatch(value, .string)
    }
  }

  private static func character(_ value: Value) throws(ValueError) -> Value {
    guard let text = try? string(value), case .string(let text) = text else { throw mismatch(value, .char) }
    let count = text.unicodeScalars.count
    guard count == 1 else {
      throw ValueError(.mismatch(expected: "char", got: "a string of \(count) characters"))
    }
    return .string(text)
  }

  private static func bytes(_ value: Value) throws(ValueError) -> Value {
    switch value {
    case .bytes: return value
    case .string(let text): return .bytes(Array(text.utf8))
    case .array(let elements):
      var bytes: [UInt8] = []
      bytes.reserveCapacity(elements.count)
      for (index, element) in elements.enumerated() {
        let byte: Value
        do { byte = try integer(element, .u8) } catch { throw error.inside(.index(index)) }
        if case .integer(let byte) = byte { bytes.append(UInt8(truncatingIfNeeded: byte)) }
      }
      return .bytes(bytes)
    case .table(let fields):
      if fields.isEmpty { return .bytes([]) }
      guard fields.count == 1, fields[0].key == "base64" else {
        throw ValueError(
          .mismatch(
            expected: "list<u8> (a string, an array of integers or a table with base64)", got: "table"))
      }
      guard case .string(let text) = fields[0].value else {
        throw mismatch(fields[0].value, .string).inside(.name("base64"))
      }
      guard let bytes = Base64.decode(text) else { throw ValueError(.notBase64) }
      return .bytes(bytes)
    default: throw mismatch(value, .list(.u8))
    }
  }
}
