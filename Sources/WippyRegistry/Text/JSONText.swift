import WippyCore

/// Values as JSON text, keys in their own order.
enum JSONText {
  /// With two spaces a level.
  static func pretty(_ value: Value) -> String {
    var text = ""
    write(value, indent: 0, to: &text)
    return text
  }

  private static func write(_ value: Value, indent: Int, to text: inout String) {
    switch value {
    case .null, .bytes, .resource: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += "\(number)"
    case .unsigned(let number): text += "\(number)"
    case .float(let number): text += number.isFinite ? "\(number)" : "null"
    case .string(let string): text += quoted(string)
    case .array(let items):
      let isShort = items.allSatisfy { if case .string = $0 { true } else { false } }
      list(items, brackets: ("[", "]"), indent: indent, onOneLine: isShort && items.count < 6, to: &text) {
        write($0, indent: indent + 1, to: &$1)
      }
    case .table(let fields):
      list(fields, brackets: ("{", "}"), indent: indent, onOneLine: false, to: &text) {
        $1 += quoted($0.key) + ": "
        write($0.value, indent: indent + 1, to: &$1)
      }
    }
  }

  private static func list<Item>(
    _ items: [Item], brackets: (String, String), indent: Int, onOneLine: Bool, to text: inout String,
    write: (Item, inout String) -> Void
  ) {
    guard !items.isEmpty else {
      text += brackets.0 + brackets.1
      return
    }
    let padding = String(repeating: "  ", count: indent)
    text += brackets.0
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      if onOneLine {
        text += index > 0 ? " " : ""
      } else {
        text += "\n\(padding)  "
      }
      write(item, &text)
    }
    text += onOneLine ? brackets.1 : "\n\(padding)\(brackets.1)"
  }

  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if scalar.value < 0x20 {
          let hex = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "\""
  }
}
