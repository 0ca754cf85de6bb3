/// Reads JSON (RFC 8259) into a `Value`.
///
/// Integers are exact up to the ends of `Int64` and `UInt64`; larger ones and numbers with a fraction or an
/// exponent are floats. `-0` is a float, because no integer keeps its sign. A key that occurs twice in an
/// object is an error.
package struct JSONParser {
  /// How deep arrays and objects may nest.
  package static let maximumDepth = 128

  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  private init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The value that `text` is; nothing but whitespace may surround it.
  package static func parse(_ text: String) throws(JSONError) -> Value {
    var parser = JSONParser(text)
    parser.skipWhitespace()
    let value = try parser.value()
    parser.skipWhitespace()
    guard parser.current == nil else {
      throw parser.failure("expected the end of the text, got \(parser.shown)")
    }
    return value
  }

  // MARK: - Reading

  private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipWhitespace() {
    while let byte = current,
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        || byte == UInt8(ascii: "\t")
    {
      offset += 1
    }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    offset += 1
    return true
  }

  private func failure(_ message: String, at place: Int? = nil) -> JSONError {
    JSONError(position: TextPosition(of: place ?? offset, in: bytes), message: message)
  }

  /// What stands at the current place, for messages.
  private var shown: String {
    guard let first = current else { return "the end of the text" }
    let word = bytes[offset...].prefix(24).prefix(while: JSONParser.isLetter)
    if !word.isEmpty { return "\"\(String(decoding: word, as: UTF8.self))\"" }
    guard first >= 0x20, first != 0x7f else { return "a control character" }
    guard let scalar = String(decoding: bytes[offset...].prefix(4), as: UTF8.self).unicodeScalars.first else {
      return "the end of the text"
    }
    return scalar == "\"" ? "a string" : "\"\(Character(scalar))\""
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

// MARK: - Values

extension JSONParser {
  private mutating func value() throws(JSONError) -> Value {
    guard let first = current else { throw failure("expected a value, got \(shown)") }
    switch first {
    case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      if skipWord("true") { return .bool(true) }
      if skipWord("false") { return .bool(false) }
      if skipWord("null") { return .null }
      throw failure("expected a value, got \(shown)")
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    guard depth < JSONParser.maximumDepth else {
      throw failure("nested deeper than \(JSONParser.maximumDepth) levels")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func skipWord(_ word: StaticString) -> Bool {
    let end = offset + word.utf8CodeUnitCount
    guard end <= bytes.count, !(end < bytes.count && JSONParser.isLetter(bytes[end])) else { return false }
    let matches = word.withUTF8Buffer { $0.elementsEqual(bytes[offset..<end]) }
    if matches { offset = end }
    return matches
  }

  private mutating func array() throws(JSONError) -> Value {
    offset += 1
    skipWhitespace()
    var elements: [Value] = []
    if skip(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      skipWhitespace()
      elements.append(try value())
      skipWhitespace()
      if skip(UInt8(ascii: "]")) { return .array(elements) }
      guard skip(UInt8(ascii: ",")) else { throw failure("expected \",\" or \"]\", got \(shown)") }
    }
  }

  private mutating func object() throws(JSONError) -> Value {
    offset += 1
    skipWhitespace()
    var fields: [Value.Field] = []
    var keys: Set<String> = []
    if skip(UInt8(ascii: "}")) { return .table(fields) }
    while true {
      skipWhitespace()
      let start = offset
      guard current == UInt8(ascii: "\"") else {
        throw failure("expected a key in double quotes, got \(shown)")
      }
      let key = try string()
      guard keys.insert(key).inserted else { throw failure("the key \"\(key)\" occurs twice", at: start) }
      skipWhitespace()
      guard skip(UInt8(ascii: ":")) else { throw failure("expected \":\" after a key, got \(shown)") }
      skipWhitespace()
      fields.append(Value.Field(key, try value()))
      skipWhitespace()
      if skip(UInt8(ascii: "}")) { return .table(fields) }
      guard skip(UInt8(ascii: ",")) else { throw failure("expected \",\" or \"}\", got \(shown)") }
    }
  }
}

// MARK: - Numbers

extension JSONParser {
  private mutating func number() throws(JSONError) -> Value {
    let start = offset
    let isNegative = skip(UInt8(ascii: "-"))
    let firstDigit = offset
    try digits()
    if bytes[firstDigit] == UInt8(ascii: "0"), offset > firstDigit + 1 {
      throw failure("a number has no leading zeros", at: start)
    }
    var isInteger = true
    if skip(UInt8(ascii: ".")) {
      isInteger = false
      try digits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isInteger = false
      offset += 1
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, !(isNegative && bytes[firstDigit] == UInt8(ascii: "0")) {
      if let number = Int64(text) { return .integer(number) }
      if let number = UInt64(text) { return .unsigned(number) }
    }
    guard let number = Double(text), number.isFinite else {
      throw failure("the number is too large", at: start)
    }
    return .float(number)
  }

  private mutating func digits() throws(JSONError) {
    guard JSONParser.isDigit(current) else { throw failure("expected a digit, got \(shown)") }
    while JSONParser.isDigit(current) { offset += 1 }
  }
}

// MARK: - Strings

extension JSONParser {
  private mutating func string() throws(JSONError) -> String {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        try escape(into: &text)
      case 0..<0x20:
        throw failure("a control character in a string must be escaped")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw failure("the string has no end", at: start)
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    let start = offset
    offset += 1
    guard let kind = current else { throw failure("the string has no end", at: start) }
    offset += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try codeUnit(start)
      if code & 0xfc00 == 0xd800, current == UInt8(ascii: "\\"), offset + 1 < bytes.count,
        bytes[offset + 1] == UInt8(ascii: "u")
      {
        offset += 2
        let low = try codeUnit(start)
        guard low & 0xfc00 == 0xdc00 else { throw failure("half of a surrogate pair", at: start) }
        code = 0x10000 + (code & 0x3ff) << 10 + low & 0x3ff
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half of a surrogate pair", at: start) }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw failure("unknown escape", at: start)
    }
  }

  private mutating func codeUnit(_ start: Int) throws(JSONError) -> UInt32 {
    guard offset + 4 <= bytes.count, bytes[offset..<(offset + 4)].allSatisfy(JSONParser.isHexadecimal),
      let code = UInt32(String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self), radix: 16)
    else { throw failure("expected four hexadecimal digits after \\u", at: start) }
    offset += 4
    return code
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
