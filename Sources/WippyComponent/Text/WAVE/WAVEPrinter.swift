import WippyCore

/// Writes values as WAVE, the WebAssembly Value Encoding, on one line.
///
/// Options and results always have their `some`, `none`, `ok` or `err`; record fields that are none are left
/// out; floats without a fraction have no `.0`.
package struct WAVEPrinter {
  private var text = ""

  private init() {}

  /// `value` as a `type`; reading the text gives the value again.
  package static func text(for value: Value, type: ValueType) throws(ValueError) -> String {
    var printer = WAVEPrinter()
    try printer.write(try ValueConformance.conform(value, to: type), type)
    return printer.text
  }

  private mutating func write(_ value: Value, _ type: ValueType) throws(ValueError) {
    switch (type, value) {
    case (.option(let payload), _):
      try write(option: value, of: payload)
    case (.bool, .bool(let flag)): text += flag ? "true" : "false"
    case (_, .integer(let number)): text += "\(number)"
    case (_, .unsigned(let number)): text += "\(number)"
    case (.f32, .float(let number)): text += WAVEPrinter.plain(Float(number).description)
    case (.f64, .float(let number)): text += WAVEPrinter.plain(number.description)
    case (.char, .string(let string)): write(quoted: string, "'")
    case (.string, .string(let string)): write(quoted: string, "\"")
    case (.list(.u8), .bytes(let bytes)):
      text += "[\(bytes.map { "\($0)" }.joined(separator: ", "))]"
    case (.list(let element), .array(let elements)):
      try write(elements, "[", "]") { _ in element }
    case (.tuple(let types), .array(let elements)) where types.count == elements.count:
      try write(elements, "(", ")") { types[$0] }
    case (.record(let fields), .table(let values)) where fields.count == values.count:
      try write(values, of: fields)
    case (.result(let ok, let error), .table(let fields)) where fields.count == 1:
      text += fields[0].key
      try write(payload: fields[0].value, fields[0].key == "ok" ? ok : error, fields[0].key)
    case (.variant(let cases), .table(let fields)) where fields.count == 1:
      write(name: fields[0].key)
      try write(
        payload: fields[0].value, cases.first { $0.name == fields[0].key }?.payload, fields[0].key)
    case (.variant, .string(let name)), (.enumeration, .string(let name)):
      write(name: name)
    case (.flags, .array(let names)):
      let written = names.map { if case .string(let name) = $0 { name } else { "" } }
      text += "{\(written.joined(separator: ", "))}"
    case (.own, _), (.borrow, _):
      throw ValueError(.unwritable(type: type.shortDescription, notation: "WAVE"))
    default:
      throw ValueConformance.mismatch(value, type)
    }
  }

  private mutating func write(
    _ elements: [Value], _ open: String, _ close: String, type: (Int) -> ValueType
  ) throws(ValueError) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += ", " }
      do { try write(element, type(index)) } catch { throw error.inside(.index(index)) }
    }
    text += close
  }

  private mutating func write(_ values: [Value.Field], of fields: [RecordField]) throws(ValueError) {
    text += "{"
    var isFirst = true
    for (field, value) in zip(fields, values) {
      if case .option = field.type, value.value == .null { continue }
      if !isFirst { text += ", " }
      isFirst = false
      text += "\(field.name): "
      do { try write(value.value, field.type) } catch { throw error.inside(.name(field.name)) }
    }
    text += isFirst ? ":}" : "}"
  }

  private mutating func write(option value: Value, of payload: ValueType) throws(ValueError) {
    if value == .null {
      text += "none"
      return
    }
    var inner = value
    if case .option = payload { inner = value["some"] ?? .null }
    text += "some("
    do { try write(inner, payload) } catch { throw error.inside(.name("some")) }
    text += ")"
  }

  private mutating func write(
    payload: Value, _ type: ValueType?, _ name: String
  ) throws(ValueError) {
    guard let type else { return }
    text += "("
    do { try write(payload, type) } catch { throw error.inside(.name(name)) }
    text += ")"
  }

  private mutating func write(name: String) {
    if WAVEToken.keywords.contains(name) { text += "%" }
    text += name
  }

  private mutating func write(quoted string: String, _ quote: Unicode.Scalar) {
    text.unicodeScalars.append(quote)
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case quote, "\\":
        text += "\\"
        text.unicodeScalars.append(scalar)
      default:
        if scalar.isPrintable {
          text.unicodeScalars.append(scalar)
        } else {
          text += "\\u{\(String(scalar.value, radix: 16))}"
        }
      }
    }
    text.unicodeScalars.append(quote)
  }

  /// `2.0` without its fraction; the names of NaN and the infinities are WAVE's already.
  private static func plain(_ number: String) -> String {
    number.hasSuffix(".0") ? String(number.dropLast(2)) : number
  }
}
