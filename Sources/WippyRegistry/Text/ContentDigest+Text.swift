import WippyCore

extension ContentDigest {
  /// Parses the text of `hash`: `sha256:` and 64 digits of any case.
  package init?(declared text: String) {
    guard ContentDigest.problem(text) == nil else { return nil }
    self.init(hex: text.dropFirst(7))
  }

  /// `sha256:` and the digits: what belongs into `hash`.
  package var declaration: String { "sha256:\(hex)" }

  /// What is wrong with `text` as a digest; `nil` when nothing is.
  static func problem(_ text: String) -> String? {
    let expected = "expected `sha256:` and 64 hex digits, which `wippy hash FILE` prints"
    guard let colon = text.firstIndex(of: ":") else {
      return "the digest \"\(shortened(text))\" names no algorithm: \(expected)"
    }
    let algorithm = text[..<colon]
    guard algorithm == "sha256" else {
      return "the algorithm `\(shortened(String(algorithm)))` is not served: \(expected)"
    }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ isHexDigit($0) }) else {
      return "the digest \"\(shortened(String(digits)))\" has characters that are no hex digits: \(expected)"
    }
    guard digits.utf8.count == 64 else {
      return "the digest has \(digits.utf8.count) hex digits: \(expected)"
    }
    return nil
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
