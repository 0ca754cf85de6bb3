import WippyCore

/// Cuts WIT text into tokens; comments and blanks go.
///
/// Source: the component-model repository, design/mvp/WIT.md.
struct WITLexer {
  let bytes: [UInt8]
  private var offset = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  func failure(_ message: String, at offset: Int) -> WITError {
    WITError(position: TextPosition(of: offset, in: bytes), message: message)
  }

  mutating func next() throws(WITError) -> WITToken {
    try skipBlank()
    let start = offset
    guard start < bytes.count else { return WITToken(kind: .end, offset: start) }
    return WITToken(kind: try scan(), offset: start)
  }

  private func byte(_ distance: Int = 0) -> UInt8? {
    offset + distance < bytes.count ? bytes[offset + distance] : nil
  }

  private mutating func skipBlank() throws(WITError) {
    while let byte = byte() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): offset += 1
      case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "/"):
        while let byte = self.byte(), byte != UInt8(ascii: "\n") { offset += 1 }
      case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "*"):
        try skipBlockComment()
      default: return
      }
    }
  }

  /// Block comments nest.
  private mutating func skipBlockComment() throws(WITError) {
    let start = offset
    var depth = 0
    repeat {
      guard let first = byte(), let second = byte(1) else {
        throw failure("the comment has no end", at: start)
      }
      switch (first, second) {
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        depth += 1
        offset += 2
      case (UInt8(ascii: "*"), UInt8(ascii: "/")):
        depth -= 1
        offset += 2
      default: offset += 1
      }
    } while depth > 0
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private mutating func scan() throws(WITError) -> WITToken.Kind {
    let first = bytes[offset]
    if first == UInt8(ascii: "-"), byte(1) == UInt8(ascii: ">") {
      offset += 2
      return .symbol("->")
    }
    if first == UInt8(ascii: "%") || first == UInt8(ascii: "_") || WITLexer.isLetter(first) {
      return try name()
    }
    if WITLexer.isDigit(first) {
      while let byte = byte(), WITLexer.isDigit(byte) { offset += 1 }
      return .number
    }
    guard "(){}<>:;,=.@/*".utf8.contains(first) else {
      let scalar = String(decoding: bytes[offset...].prefix(4), as: UTF8.self).unicodeScalars.first
      let shown = scalar.map { $0.isPrintable ? "\"\(Character($0))\"" : "a control character" } ?? "text"
      throw failure("\(shown) is not part of WIT", at: offset)
    }
    offset += 1
    return .symbol(String(Character(Unicode.Scalar(first))))
  }

  private mutating func name() throws(WITError) -> WITToken.Kind {
    let start = offset
    let isEscaped = byte() == UInt8(ascii: "%")
    if isEscaped { offset += 1 }
    let first = offset
    while let byte = byte(),
      WITLexer.isLetter(byte) || WITLexer.isDigit(byte) || byte == UInt8(ascii: "_")
        || (byte == UInt8(ascii: "-") && self.byte(1) != UInt8(ascii: ">"))
    {
      offset += 1
    }
    let name = String(decoding: bytes[first..<offset], as: UTF8.self)
    if name == "_", !isEscaped { return .symbol("_") }
    guard KebabName.isValid(bytes[first..<offset]) else {
      let kebab = String(name.map { $0 == "_" ? "-" : $0 })
      let hint = KebabName.isValid(Array(kebab.utf8)) ? "; write \(kebab)" : ""
      throw failure(
        "\"\(name)\" is no WIT name (words of letters and digits joined by \"-\", each in one case)\(hint)",
        at: start)
    }
    return .name(name, escaped: isEscaped)
  }
}
