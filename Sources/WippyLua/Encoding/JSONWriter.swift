import WippyCore

/// Writes values as JSON the way Lua programs expect it: on one line, keys in order, what is no number is null.
struct JSONWriter {
  static let maximumDepth = 128

  private var text: [UInt8] = []
  private var depth = 0

  static func text(for value: Value) throws(LuaErrorValue) -> [UInt8] {
    var writer = JSONWriter()
    try writer.write(value)
    return writer.text
  }

  private mutating func write(_ value: Value) throws(LuaErrorValue) {
    switch value {
    case .null: add("null")
    case .bool(let flag): add(flag ? "true" : "false")
    case .integer(let number): add("\(number)")
    case .unsigned(let number): add("\(number)")
    case .float(let number): add(number.isFinite ? number.description : "null")
    case .string(let string): quote(string)
    case .bytes:
      throw LuaErrorValue(.internal, "a string is not valid UTF-8: encode it with base64 first")
    case .array(let elements):
      try open("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { add(",") }
        try write(element)
      }
      close("]")
    case .table(let fields):
      try open("{")
      for (index, field) in fields.enumerated() {
        if index > 0 { add(",") }
        quote(field.key)
        add(":")
        try write(field.value)
      }
      close("}")
    case .resource(let reference):
      throw LuaErrorValue(.internal, "a resource \(reference.type) has no JSON")
    }
  }

  private mutating func open(_ bracket: StaticString) throws(LuaErrorValue) {
    guard depth < JSONWriter.maximumDepth else {
      throw LuaErrorValue(.internal, "nested more than \(JSONWriter.maximumDepth) levels deep")
    }
    depth += 1
    bracket.withUTF8Buffer { text.append(contentsOf: $0) }
  }

  private mutating func close(_ bracket: StaticString) {
    depth -= 1
    bracket.withUTF8Buffer { text.append(contentsOf: $0) }
  }

  private mutating func add(_ string: String) {
    text.append(contentsOf: string.utf8)
  }

  private mutating func quote(_ string: String) {
    text.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0x0a: add("\\n")
      case 0x0d: add("\\r")
      case 0x09: add("\\t")
      case 0..<0x20: add("\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))")
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}
