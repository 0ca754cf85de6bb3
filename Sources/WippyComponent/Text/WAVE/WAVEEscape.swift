/// The escapes and the text of WAVE's characters and strings.
enum WAVEEscape {
  /// The scalar of the escape that begins at `offset`, which moves behind it.
  static func scalar(in lexer: WAVELexer, at offset: inout Int) throws(WAVEError) -> Unicode.Scalar {
    let bytes = lexer.bytes
    let start = offset
    guard offset + 1 < bytes.count else { throw lexer.failure("the escape has no end", at: start) }
    let kind = bytes[offset + 1]
    offset += 2
    switch kind {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): return Unicode.Scalar(kind)
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "u"): break
    default:
      throw lexer.failure("unknown escape; there are \\\\ \\' \\\" \\t \\n \\r and \\u{...}", at: start)
    }
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "{") else {
      throw lexer.failure("expected \\u{...}", at: start)
    }
    let digits = bytes[(offset + 1)...].prefix(7).prefix { $0 != UInt8(ascii: "}") }
    offset = digits.endIndex + 1
    // `UInt32` would read a sign.
    guard (1...6).contains(digits.count), digits.endIndex < bytes.count,
      digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw lexer.failure("expected one to six hexadecimal digits in \\u{...}", at: start) }
    guard let scalar = Unicode.Scalar(code) else {
      throw lexer.failure("\\u{\(String(code, radix: 16))} is no Unicode scalar", at: start)
    }
    return scalar
  }

  /// The text between the quotes of a character or a string of one line.
  static func text(of token: WAVEToken, in lexer: WAVELexer) throws(WAVEError) -> String {
    switch token.kind {
    case .multilineString:
      return try multilineText((token.range.lowerBound + 3)..<(token.range.upperBound - 3), in: lexer)
    default:
      var text: [UInt8] = []
      try append((token.range.lowerBound + 1)..<(token.range.upperBound - 1), in: lexer, to: &text)
      return String(decoding: text, as: UTF8.self)
    }
  }

  private static func append(
    _ range: Range<Int>, in lexer: WAVELexer, to text: inout [UInt8]
  ) throws(WAVEError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      if lexer.bytes[offset] == UInt8(ascii: "\\") {
        text.append(contentsOf: String(Character(try scalar(in: lexer, at: &offset))).utf8)
      } else {
        text.append(lexer.bytes[offset])
        offset += 1
      }
    }
    // An escape that runs over the closing quotes.
    guard offset == range.upperBound else {
      throw lexer.failure("the escape has no end", at: range.upperBound)
    }
  }

  /// The lines between the quotes, without the indentation that the closing quotes have.
  private static func multilineText(_ range: Range<Int>, in lexer: WAVELexer) throws(WAVEError) -> String {
    var lines = lexer.bytes[range].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let first = lines.removeFirst()
    guard !lines.isEmpty, first.isEmpty || first.elementsEqual([UInt8(ascii: "\r")]) else {
      throw lexer.failure("a line break must follow the opening \"\"\"", at: range.lowerBound)
    }
    let indentation = lines.removeLast()
    guard indentation.allSatisfy({ $0 == UInt8(ascii: " ") }) else {
      throw lexer.failure("only spaces may stand before the closing \"\"\" on its line", at: range.upperBound)
    }
    var text: [UInt8] = []
    for (index, line) in lines.enumerated() {
      guard line.starts(with: indentation) else {
        throw lexer.failure("the line is indented less than the closing \"\"\"", at: line.startIndex)
      }
      if index > 0 { text.append(UInt8(ascii: "\n")) }
      let content = line.dropFirst(indentation.count)
      let end = content.last == UInt8(ascii: "\r") ? content.endIndex - 1 : content.endIndex
      try append(content.startIndex..<end, in: lexer, to: &text)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
