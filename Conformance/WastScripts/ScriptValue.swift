import WippyComponent
import WippyCore
import WippyEngine

/// A constant of a script: an argument or an expected result.
package indirect enum ScriptValue: Sendable {
  /// Numbers, characters, strings and the names of enumeration cases, as text.
  case scalar(type: String, text: String)
  case bool(Bool)
  case list([ScriptValue])
  case record([(name: String, value: ScriptValue)])
  case variant(name: String, payload: ScriptValue?)
  case flags([String])
  case option(ScriptValue?)
  case result(isOk: Bool, payload: ScriptValue?)

  /// This constant as a value of `type`, in normal form.
  func value(as type: ValueType) throws(ScriptError) -> Value {
    switch (self, type) {
    case (.bool(let flag), .bool): return .bool(flag)
    case (.scalar(_, let text), .char), (.scalar(_, let text), .string), (.scalar(_, let text), .enumeration):
      return .string(text)
    case (.scalar(_, let text), .u64):
      guard let number = UInt64(text) else { break }
      return Value(unsigned: number)
    // Floats stand there as their bits.
    case (.scalar(_, let text), .f32):
      guard let bits = UInt32(text) else { break }
      return .float(Double(Float(bitPattern: bits)))
    case (.scalar(_, let text), .f64):
      guard let bits = UInt64(text) else { break }
      return .float(Double(bitPattern: bits))
    case (.scalar(_, let text), .s8), (.scalar(_, let text), .u8), (.scalar(_, let text), .s16),
      (.scalar(_, let text), .u16), (.scalar(_, let text), .s32), (.scalar(_, let text), .u32),
      (.scalar(_, let text), .s64):
      guard let number = Int64(text) else { break }
      return .integer(number)
    case (.list(let items), .list(let element)):
      var values: [Value] = []
      for item in items { values.append(try item.value(as: element)) }
      guard element == .u8 else { return .array(values) }
      return .bytes(
        values.map { if case .integer(let number) = $0 { UInt8(truncatingIfNeeded: number) } else { 0 } })
    case (.list(let items), .tuple(let types)) where items.count == types.count:
      var values: [Value] = []
      for (item, type) in zip(items, types) { values.append(try item.value(as: type)) }
      return .array(values)
    case (.record(let entries), .record(let fields)) where entries.count == fields.count:
      var values: [Value.Field] = []
      for (entry, field) in zip(entries, fields) {
        guard entry.name == field.name else { throw mismatch(type) }
        values.append(Value.Field(field.name, try entry.value.value(as: field.type)))
      }
      return .table(values)
    case (.variant(let name, let payload), .variant(let cases)):
      guard let chosen = cases.first(where: { $0.name == name }) else { break }
      guard let payload, let type = chosen.payload else { return .string(name) }
      return .table([Value.Field(name, try payload.value(as: type))])
    case (.flags(let names), .flags(let all)): return .array(all.filter(names.contains).map { .string($0) })
    case (.option(let payload), .option(let type)):
      guard let payload else { return .null }
      let value = try payload.value(as: type)
      guard case .option = type else { return value }
      return value == .null ? .table([]) : .table([Value.Field("some", value)])
    case (.result(let isOk, let payload), .result(let ok, let error)):
      var value = Value.null
      if let payload, let type = isOk ? ok : error { value = try payload.value(as: type) }
      return .table([Value.Field(isOk ? "ok" : "err", value)])
    default: break
    }
    throw mismatch(type)
  }

  /// This constant as a number of a core type.
  func value(as type: CoreValueType) throws(ScriptError) -> Value {
    guard case .scalar(_, let text) = self else { throw ScriptError("the constant is no number") }
    // Integers stand there as their bits, floats likewise.
    switch type {
    case .i32:
      guard let bits = UInt32(text) else { break }
      return .integer(Int64(Int32(bitPattern: bits)))
    case .i64:
      guard let bits = UInt64(text) else { break }
      return .integer(Int64(bitPattern: bits))
    case .f32:
      guard let bits = UInt32(text) else { break }
      return .float(Double(Float(bitPattern: bits)))
    case .f64:
      guard let bits = UInt64(text) else { break }
      return .float(Double(bitPattern: bits))
    default: break
    }
    throw ScriptError("\(text) is no \(type)")
  }

  private func mismatch(_ type: ValueType) -> ScriptError { ScriptError("a constant of the script is no \(type)") }
}

extension ScriptValue: Decodable {
  private enum Key: String, CodingKey {
    case type, value
  }

  private struct VariantBody: Decodable {
    var `case`: String
    var payload: ScriptValue?
  }

  private struct FieldBody: Decodable {
    var name: String
    var value: ScriptValue

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      name = try pair.decode(String.self)
      value = try pair.decode(ScriptValue.self)
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let type = try container.decode(String.self, forKey: .type)
    switch type {
    case "bool": self = .bool(try container.decode(Bool.self, forKey: .value))
    case "list", "tuple": self = .list(try container.decode([ScriptValue].self, forKey: .value))
    case "record":
      self = .record(try container.decode([FieldBody].self, forKey: .value).map { ($0.name, $0.value) })
    case "variant":
      let body = try container.decode(VariantBody.self, forKey: .value)
      self = .variant(name: body.case, payload: body.payload)
    case "flags": self = .flags(try container.decode([String].self, forKey: .value))
    case "option": self = .option(try container.decodeIfPresent(ScriptValue.self, forKey: .value))
    case "result":
      let body = try container.decode([String: ScriptValue?].self, forKey: .value)
      guard let (name, payload) = body.first else {
        throw DecodingError.dataCorruptedError(forKey: .value, in: container, debugDescription: "an empty result")
      }
      self = .result(isOk: name.lowercased() == "ok", payload: payload)
    default:
      // Numbers stand there as text; those of older versions of the tool as numbers.
      if let text = try? container.decode(String.self, forKey: .value) {
        self = .scalar(type: type, text: text)
      } else {
        self = .scalar(type: type, text: "\(try container.decode(Int64.self, forKey: .value))")
      }
    }
  }
}

/// Why a command of a script cannot be run, or has another outcome than the script says.
package struct ScriptError: Error, CustomStringConvertible {
  package var description: String

  init(_ description: String) {
    self.description = description
  }
}
