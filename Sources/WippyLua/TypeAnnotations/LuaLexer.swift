/// Splits Lua source into tokens. It never fails: what Lua will refuse is some token too.
struct LuaLexer {
  private let bytes: [UInt8]
  private var offset = 0

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  static func tokens(of bytes: [UInt8]) -> [LuaToken] {
    var lexer = LuaLexer(bytes)
    var tokens: [LuaToken] = []
    tokens.reserveCapacity(bytes.count / 5)
    while let token = lexer.next() { tokens.append(token) }
    return tokens
  }

  private func peek(_ distance: Int = 0) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  private mutating func next() -> LuaToken? {
    skipSpace()
    guard offset < bytes.count else { return nil }
    let start = offset
    return LuaToken(kind: kind(), start: start, end: offset)
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09...0x0d: offset += 1
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
        offset += 2
        if !skipLongBracket() {
          while offset < bytes.count, bytes[offset] != 0x0a, bytes[offset] != 0x0d { offset += 1 }
        }
      default: return
      }
    }
  }

  /// `[[...]]`, `[==[...]==]`; what has no end goes to the end of the source.
  private mutating func skipLongBracket() -> Bool {
    guard peek() == UInt8(ascii: "[") else { return false }
    var level = 0
    while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
    guard peek(1 + level) == UInt8(ascii: "[") else { return false }
    offset += level + 2
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "]") {
        var equals = 0
        while peek(1 + equals) == UInt8(ascii: "=") { equals += 1 }
        if equals == level, peek(1 + equals) == UInt8(ascii: "]") {
          offset += level + 2
          return true
        }
        offset += equals
      }
      offset += 1
    }
    offset = bytes.count
    return true
  }

  private mutating func kind() -> LuaToken.Kind {
    let first = bytes[offset]
    if LuaLexer.startsName(first) { return word() }
    if LuaLexer.isDigit(first) || (first == UInt8(ascii: ".") && LuaLexer.isDigit(peek(1))) { return number() }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return shortString(first)
    case UInt8(ascii: "["): if skipLongBracket() { return .string }
    default: break
    }
    return mark(first)
  }

  private mutating func mark(_ first: UInt8) -> LuaToken.Kind {
    let second = peek(1)
    offset += 1
    switch (first, second) {
    case (UInt8(ascii: ":"), UInt8(ascii: ":")):
      offset += 1
      return .doubleColon
    case (UInt8(ascii: "-"), UInt8(ascii: ">")):
      offset += 1
      return .arrow
    case (UInt8(ascii: "."), UInt8(ascii: ".")):
      offset += 1
      guard peek() == UInt8(ascii: ".") else { return .otherOperator }
      offset += 1
      return .dots
    case (UInt8(ascii: "="), UInt8(ascii: "=")), (UInt8(ascii: "~"), UInt8(ascii: "=")),
      (UInt8(ascii: "<"), UInt8(ascii: "=")):
      offset += 1
      return .otherOperator
    default:
      // `>` stays alone: two of them may end two lists of type arguments.
      return .mark(first)
    }
  }

  private mutating func word() -> LuaToken.Kind {
    let start = offset
    while offset < bytes.count, LuaLexer.startsName(bytes[offset]) || LuaLexer.isDigit(bytes[offset]) { offset += 1 }
    // No keyword is longer than eight letters.
    guard offset - start <= 8 else { return .name }
    switch String(decoding: bytes[start..<offset], as: UTF8.self) {
    case "nil", "true", "false": return .constant
    case "function": return .function
    case "local": return .local
    case "for": return .for
    case "end": return .end
    case "do", "then", "else", "repeat", "break": return .opening
    case "and", "elseif", "goto", "if", "in", "not", "or", "return", "until", "while": return .otherKeyword
    default: return .name
    }
  }

  private mutating func number() -> LuaToken.Kind {
    let isHexadecimal = peek() == UInt8(ascii: "0") && peek(1) | 0x20 == UInt8(ascii: "x")
    let exponent = UInt8(ascii: isHexadecimal ? "p" : "e")
    while offset < bytes.count {
      let byte = bytes[offset]
      guard LuaLexer.startsName(byte) || LuaLexer.isDigit(byte) || byte == UInt8(ascii: ".") else { break }
      offset += 1
      if byte | 0x20 == exponent, peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { offset += 1 }
    }
    return .number
  }

  /// To its quote, or to the end of its line.
  private mutating func shortString(_ quote: UInt8) -> LuaToken.Kind {
    offset += 1
    while offset < bytes.count {
      switch bytes[offset] {
      case quote:
        offset += 1
        return .string
      case 0x0a, 0x0d: return .string
      case UInt8(ascii: "\\"): skipEscape()
      default: offset += 1
      }
    }
    return .string
  }

  private mutating func skipEscape() {
    offset += 1
    switch peek() {
    case UInt8(ascii: "z"):
      offset += 1
      while offset < bytes.count, bytes[offset] == 0x20 || (0x09...0x0d).contains(bytes[offset]) { offset += 1 }
    case 0x0d where peek(1) == 0x0a, 0x0a where peek(1) == 0x0d: offset += 2
    default: offset = min(offset + 1, bytes.count)
    }
  }

  private static func startsName(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
