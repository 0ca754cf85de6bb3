import WippyCore

/// Writes values as YAML in blocks, with two spaces a level.
package struct YAMLWriter {
  private let order: [String: Int]
  private var text = ""

  private init(order: [String]) {
    self.order = Dictionary(order.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
  }

  /// - Parameter order: Keys that come first, in every map. The others keep their order.
  package static func text(for value: Value, order: [String] = []) -> String {
    var writer = YAMLWriter(order: order)
    writer.write(value, indentation: 0, isNested: false)
    return writer.text
  }

  /// Writes what follows a key or a dash, with the end of its line.
  private mutating func write(_ value: Value, indentation: Int, isNested: Bool) {
    switch value {
    case .array(let elements) where !elements.isEmpty:
      if isNested { text += "\n" }
      for element in elements { item(element, indentation) }
    case .table(let fields) where !fields.isEmpty:
      if isNested { text += "\n" }
      for field in sorted(fields) { entry(field, indentation, isFirst: false) }
    default:
      if isNested { text += " " }
      text += YAMLWriter.scalar(value) + "\n"
    }
  }

  private mutating func item(_ element: Value, _ indentation: Int) {
    text += String(repeating: " ", count: indentation) + "-"
    if case .table(let fields) = element, !fields.isEmpty {
      text += " "
      for (index, field) in sorted(fields).enumerated() { entry(field, indentation + 2, isFirst: index == 0) }
    } else {
      write(element, indentation: indentation + 2, isNested: true)
    }
  }

  private mutating func entry(_ field: Value.Field, _ indentation: Int, isFirst: Bool) {
    if !isFirst { text += String(repeating: " ", count: indentation) }
    text += YAMLWriter.plain(field.key) + ":"
    write(field.value, indentation: indentation + 2, isNested: true)
  }

  private func sorted(_ fields: [Value.Field]) -> [Value.Field] {
    guard !order.isEmpty else { return fields }
    return fields.enumerated().sorted { left, right in
      (order[left.element.key] ?? .max, left.offset) < (order[right.element.key] ?? .max, right.offset)
    }.map(\.element)
  }

  private static func scalar(_ value: Value) -> String {
    switch value {
    case .null, .resource: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return "\(number)"
    case .unsigned(let number): return "\(number)"
    case .float(let number):
      if number.isNaN { return ".nan" }
      return number.isInfinite ? (number < 0 ? "-.inf" : ".inf") : number.description
    case .string(let string): return plain(string)
    case .bytes(let bytes): return "!!binary \(Base64.encode(bytes))"
    case .array: return "[]"
    case .table: return "{}"
    }
  }

  /// Without quotes where nobody can take it for anything else.
  private static func plain(_ string: String) -> String {
    guard case .string = ScalarResolution.value(ofPlain: string), isPlain(string) else { return quoted(string) }
    return string
  }

  private static func isPlain(_ string: String) -> Bool {
    // Older parsers take these for booleans.
    let words = ["yes", "no", "on", "off", "y", "n", "<<", "="]
    guard let first = string.utf8.first, let last = string.utf8.last, !words.contains(string.lowercased()) else {
      return false
    }
    let isWord: (UInt8) -> Bool = { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (48...57).contains(byte) || byte >= 0x80
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
    }
    guard isWord(first), last != 0x20, last != UInt8(ascii: ":") else { return false }
    var previous: UInt8 = 0
    for byte in string.utf8 {
      guard byte >= 0x20, byte != 0x7f else { return false }
      if byte == UInt8(ascii: "#"), previous == 0x20 { return false }
      if byte == 0x20, previous == UInt8(ascii: ":") { return false }
      if "[]{},&*!|>'\"%@`".utf8.contains(byte) { return false }
      previous = byte
    }
    // Line separators and the like.
    return string.unicodeScalars.allSatisfy {
      !(0x80...0x9f).contains($0.value) && !(0x2028...0x2029).contains($0.value) && $0.value != 0xfeff
    }
  }

  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar.value {
      case 0x22: text += "\\\""
      case 0x5c: text += "\\\\"
      case 0x0a: text += "\\n"
      case 0x0d: text += "\\r"
      case 0x09: text += "\\t"
      case 0..<0x20, 0x7f...0x9f, 0x2028, 0x2029, 0xfeff:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
