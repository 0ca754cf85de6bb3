/// A SHA-256 digest. Targets that have a hash function can make one of content.
package struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// The digest's 32 bytes as four big-endian numbers.
  package init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Parses 64 hexadecimal digits of any case; `nil` for anything else.
  package init?(hex: Substring) {
    guard hex.utf8.count == 64 else { return nil }
    var words: [UInt64] = []
    var word: UInt64 = 0
    for (position, byte) in hex.utf8.enumerated() {
      guard let digit = ContentDigest.value(of: byte) else { return nil }
      word = word << 4 | digit
      if position % 16 == 15 {
        words.append(word)
        word = 0
      }
    }
    self.words = (words[0], words[1], words[2], words[3])
  }

  /// Parses 64 hexadecimal digits of any case; `nil` for anything else.
  package init?(hex: String) {
    self.init(hex: hex[...])
  }

  /// 64 lower-case hexadecimal digits.
  package var hex: String {
    [words.0, words.1, words.2, words.3].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }

  package var description: String { hex }

  package static func == (left: ContentDigest, right: ContentDigest) -> Bool {
    left.words == right.words
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
  }

  private static func value(of byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
