import WippyCore

/// Writes values as JSON, on one line without spaces.
///
/// Bytes are `{"base64": "..."}`, NaN and the infinities are the strings `"NaN"`, `"Infinity"` and
/// `"-Infinity"`, and integers are numbers up to the ends of `UInt64`. Tables keep their order.
package struct JSONPrinter {
  private var text: [UInt8] = []

  private init() {}

  /// `value` as a `type`; reading the text and conforming it to `type` gives the value again.
  package static func text(for value: Value, type: ValueType) throws(ValueError) -> String {
    var printer = JSONPrinter()
    try printer.write(try ValueConformance.conform(value, to: type), type)
    return String(decoding: printer.text, as: UTF8.self)
  }

  /// `value` without a type, as a message or the result of a Lua function is.
  package static func text(for value: Value) throws(ValueError) -> String {
    var printer = JSONPrinter()
    try printer.write(value, nil)
    return String(decoding: printer.text, as: UTF8.self)
  }

  /// In the normal form only an `f32` looks different by its type: it needs fewer digits.
  private mutating func write(_ value: Value, _ type: ValueType?) throws(ValueError) {
    switch value {
    case .null: write("null")
    case .bool(let flag): write(flag ? "true" : "false")
    case .integer(let number): write("\(number)")
    case .unsigned(let number): write("\(number)")
    case .float(let number): write(number, isSingle: type?.unwrappedOption == .f32)
    case .string(let string): write(quoted: string)
    case .bytes(let bytes): write("{\"base64\":\"\(Base64.encode(bytes))\"}")
    case .array(let elements):
      write("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { write(",") }
        do {
          try write(element, type?.element(index))
        } catch { throw error.inside(.index(index)) }
      }
      write("]")
    case .table(let fields):
      write("{")
      for (index, field) in fields.enumerated() {
        if index > 0 { write(",") }
        write(quoted: field.key)
        write(":")
        do {
          try write(field.value, type?.member(field.key, at: index))
        } catch { throw error.inside(.name(field.key)) }
      }
      write("}")
    case .resource(let reference):
      throw ValueError(.unwritable(type: "resource \(reference.type)", notation: "JSON"))
    }
  }

  private mutating func write(_ string: String) {
    text.append(contentsOf: string.utf8)
  }

  private mutating func write(_ number: Double, isSingle: Bool) {
    if let named = ValueConformance.namedFloats.first(where: {
      $0.value == number || ($0.value.isNaN && number.isNaN)
    }) {
      write(quoted: named.name)
    } else {
      write(isSingle ? Float(number).exactDescription : number.description)
    }
  }

  private mutating func write(quoted string: String) {
    text.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0x0a: write("\\n")
      case 0x0d: write("\\r")
      case 0x09: write("\\t")
      case 0..<0x20, 0x7f:
        write("\\u00")
        write(byte < 0x10 ? "0" : "")
        write(String(byte, radix: 16))
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}

extension ValueType {
  /// The type of a list's or tuple's element in normal form.
  fileprivate func element(_ index: Int) -> ValueType? {
    switch unwrappedOption {
    case .list(let element): element
    case .tuple(let elements): index < elements.count ? elements[index] : nil
    default: nil
    }
  }

  /// The type of what stands under `key` in normal form.
  fileprivate func member(_ key: String, at index: Int) -> ValueType? {
    if case .option(.option) = self, key == "some", case .option(let payload) = self { return payload }
    switch unwrappedOption {
    case .record(let fields): return index < fields.count ? fields[index].type : nil
    case .variant(let cases): return cases.first { $0.name == key }?.payload
    case .result(let ok, let error): return key == "ok" ? ok : error
    default: return nil
    }
  }

  /// A `some` of a plain option looks like its payload.
  fileprivate var unwrappedOption: ValueType {
    if case .option(let payload) = self, case .option = payload { return self }
    if case .option(let payload) = self { return payload }
    return self
  }
}

extension Float {
  /// The fewest digits from which this number is read again, also by way of a `Double`.
  fileprivate var exactDescription: String {
    guard let double = Double(description), Float(double) == self else { return Double(self).description }
    return description
  }
}
