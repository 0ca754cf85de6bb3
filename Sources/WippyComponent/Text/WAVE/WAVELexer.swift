import WippyCore

/// Cuts WAVE text into tokens.
///
/// Source: the WebAssembly Value Encoding, wasm-tools repository, crates/wasm-wave.
struct WAVELexer {
  let bytes: [UInt8]
  private var offset = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  func failure(_ message: String, at offset: Int) -> WAVEError {
    WAVEError(position: TextPosition(of: offset, in: bytes), message: message)
  }

  mutating func next() throws(WAVEError) -> WAVEToken {
    skipBlank()
    let start = offset
    guard start < bytes.count else { return WAVEToken(kind: .end, range: start..<start) }
    let kind = try scan()
    return WAVEToken(kind: kind, range: start..<offset)
  }

  private func byte(_ distance: Int = 0) -> UInt8? {
    offset + distance < bytes.count ? bytes[offset + distance] : nil
  }

  private mutating func skipBlank() {
    while let byte = byte() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): offset += 1
      case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "/"):
        while let byte = self.byte(), byte != UInt8(ascii: "\n") { offset += 1 }
      default: return
      }
    }
  }

  private mutating func scan() throws(WAVEError) -> WAVEToken.Kind {
    let punctuation: WAVEToken.Kind
    switch bytes[offset] {
    case UInt8(ascii: "{"): punctuation = .openBrace
    case UInt8(ascii: "}"): punctuation = .closeBrace
    case UInt8(ascii: "("): punctuation = .openParenthesis
    case UInt8(ascii: ")"): punctuation = .closeParenthesis
    case UInt8(ascii: "["): punctuation = .openBracket
    case UInt8(ascii: "]"): punctuation = .closeBracket
    case UInt8(ascii: ":"): punctuation = .colon
    case UInt8(ascii: ","): punctuation = .comma
    case UInt8(ascii: "'"): return try character()
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "%"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      return try label()
    default:
      let scalar = text(offset..<min(offset + 4, bytes.count)).unicodeScalars.first
      let shown = scalar.map { $0.isPrintable ? "\"\(Character($0))\"" : "a control character" } ?? "text"
      throw failure("\(shown) begins no value", at: offset)
    }
    offset += 1
    return punctuation
  }

  // MARK: - Numbers and names

  private static func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private mutating func number() throws(WAVEError) -> WAVEToken.Kind {
    let start = offset
    if byte() == UInt8(ascii: "-") {
      offset += 1
      if bytes[offset...].starts(with: "inf".utf8) {
        offset += 3
        try endWord(from: start, "a number")
        return .number
      }
    }
    let firstDigit = offset
    try digits(start)
    if bytes[firstDigit] == UInt8(ascii: "0"), offset > firstDigit + 1 {
      throw failure("a number has no leading zeros", at: start)
    }
    if byte() == UInt8(ascii: ".") {
      offset += 1
      try digits(start)
    }
    if byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E") {
      offset += 1
      if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { offset += 1 }
      try digits(start)
    }
    try endWord(from: start, "a number")
    return .number
  }

  private mutating func digits(_ start: Int) throws(WAVEError) {
    guard WAVELexer.isDigit(byte()) else { throw failure("a number needs digits here", at: offset) }
    while WAVELexer.isDigit(byte()) { offset += 1 }
  }

  /// A letter right after a number would be read as a word of its own.
  private func endWord(from start: Int, _ what: String) throws(WAVEError) {
    guard let byte = byte(), WAVELexer.isWordByte(byte) else { return }
    throw failure("\(what) ends with a letter", at: start)
  }

  private mutating func label() throws(WAVEError) -> WAVEToken.Kind {
    let start = offset
    if byte() == UInt8(ascii: "%") { offset += 1 }
    let first = offset
    while let byte = byte(), WAVELexer.isWordByte(byte) || byte == UInt8(ascii: "-") { offset += 1 }
    guard KebabName.isValid(bytes[first..<offset]) else {
      throw failure(
        "\"\(text(start..<offset))\" is no name (words of letters or digits, \"-\" between, each in one case)",
        at: start)
    }
    if byte() == UInt8(ascii: "_") {
      throw failure("a name is written with \"-\", not with \"_\"", at: start)
    }
    return .label
  }

  // MARK: - Characters and strings

  private mutating func character() throws(WAVEError) -> WAVEToken.Kind {
    let start = offset
    offset += 1
    var scalars = 0
    while let byte = byte() {
      offset += 1
      switch byte {
      case UInt8(ascii: "'"):
        guard scalars == 1 else {
          throw failure("expected one character between the quotes, got \(scalars)", at: start)
        }
        return .character
      case UInt8(ascii: "\n"): throw failure("the character has no end", at: start)
      case UInt8(ascii: "\\"):
        offset -= 1
        _ = try WAVEEscape.scalar(in: self, at: &offset)
        scalars += 1
      default:
        if byte & 0xc0 != 0x80 { scalars += 1 }
      }
    }
    throw failure("the character has no end", at: start)
  }

  private mutating func string() throws(WAVEError) -> WAVEToken.Kind {
    let start = offset
    if bytes[offset...].starts(with: "\"\"\"".utf8) {
      offset += 3
      while offset < bytes.count {
        if bytes[offset...].starts(with: "\"\"\"".utf8) {
          offset += 3
          return .multilineString
        }
        offset += 1
      }
      throw failure("the string has no end (\"\"\" is missing)", at: start)
    }
    offset += 1
    while let byte = byte() {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return .string
      case UInt8(ascii: "\n"): throw failure("the string has no end on its line", at: start)
      case UInt8(ascii: "\\"): _ = try WAVEEscape.scalar(in: self, at: &offset)
      default: offset += 1
      }
    }
    throw failure("the string has no end", at: start)
  }
}
