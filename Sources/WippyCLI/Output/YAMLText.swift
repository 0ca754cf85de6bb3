import WippyCore

/// Values as YAML, in block style, so that it can be pasted into a definition file.
enum YAMLText {
  /// The lines of a map or list, or the one line of a scalar.
  static func text(_ value: Value, indent: Int = 0) -> String {
    switch value {
    case .table(let fields) where !fields.isEmpty:
      fields.map { pad(indent) + scalar(.string($0.key)) + ":" + inner($0.value, indent: indent) }.joined()
    case .array(let items) where !items.isEmpty:
      items.map { pad(indent) + "-" + item($0, indent: indent) }.joined()
    default: pad(indent) + scalar(value) + "\n"
    }
  }

  /// What follows a key and its colon.
  private static func inner(_ value: Value, indent: Int) -> String {
    switch value {
    case .table(let fields) where !fields.isEmpty: "\n" + text(value, indent: indent + 1)
    case .array(let items) where isShort(items): " [\(items.map(scalar).joined(separator: ", "))]\n"
    case .array(let items) where !items.isEmpty: "\n" + text(value, indent: indent + 1)
    case .string(let string) where isBlock(string): block(string, indent: indent + 1)
    default: " " + scalar(value) + "\n"
    }
  }

  /// What follows the dash of an item.
  private static func item(_ value: Value, indent: Int) -> String {
    switch value {
    case .table(let fields) where !fields.isEmpty:
      " " + text(value, indent: indent + 1).dropFirst(2 * (indent + 1))
    case .array(let items) where !items.isEmpty:
      " " + text(value, indent: indent + 1).dropFirst(2 * (indent + 1))
    default: " " + scalar(value) + "\n"
    }
  }

  /// A few words fit on one line.
  private static func isShort(_ items: [Value]) -> Bool {
    guard !items.isEmpty, items.count <= 6 else { return false }
    return items.allSatisfy {
      if case .string(let text) = $0 { isPlain(text) && text.utf8.count <= 30 } else { false }
    }
  }

  private static func pad(_ indent: Int) -> String { String(repeating: "  ", count: indent) }

  /// A text of several plain lines is easier to read as a block.
  private static func isBlock(_ text: String) -> Bool {
    text.hasSuffix("\n") && !text.hasSuffix("\n\n") && text.first != " " && text.first != "\n"
      && text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7f) }
      && TerminalText.lines(text) == text
  }

  private static func block(_ text: String, indent: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return " |\n" + lines.map { $0.isEmpty ? "\n" : pad(indent) + $0 + "\n" }.joined()
  }

  private static func scalar(_ value: Value) -> String {
    switch value {
    case .null, .resource: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .float(let number):
      number.isNaN ? ".nan" : number.isInfinite ? (number < 0 ? "-.inf" : ".inf") : "\(number)"
    case .string(let string): isPlain(string) ? string : quoted(string)
    case .bytes(let bytes): quoted(String(decoding: bytes, as: UTF8.self))
    case .array: "[]"
    case .table: "{}"
    }
  }

  /// Whether a string can stand without quotes and still is a string.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.last != UInt8(ascii: ":") else { return false }
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    guard !words.contains(text.lowercased()), isLetter(first) || "/_$".utf8.contains(first) else {
      return false
    }
    guard !text.contains(": "), !text.contains(" #"), !text.hasSuffix(" ") else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || " _-.:/@+#$".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if TerminalText.line(String(scalar)) != String(scalar) {
          let digits = String(scalar.value, radix: 16)
          result += "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
