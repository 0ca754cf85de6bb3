/// Host and port of a URI.
package struct HTTPAuthority: Sendable, Hashable {
  /// A name in lower case, or an address without brackets.
  package var host: String
  /// `nil` is the scheme's own.
  package var port: UInt16?

  /// `nil` for what is none: nothing, user information, a port that is no number.
  package init?(_ text: String) {
    var host = Substring(text)
    port = nil
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      guard host.contains(":"), host.utf8.allSatisfy({ HTTPAuthority.isHexDigit($0) || ":.".utf8.contains($0) }) else {
        return nil
      }
      guard HTTPAuthority.read(text[text.index(after: end)...], into: &port) else { return nil }
    } else {
      let colon = text.firstIndex(of: ":") ?? text.endIndex
      host = text[..<colon]
      guard HTTPAuthority.read(text[colon...], into: &port), HTTPAuthority.isName(host) else { return nil }
    }
    self.host = host.lowercased()
  }

  private static func read(_ text: Substring, into port: inout UInt16?) -> Bool {
    guard let first = text.first else { return true }
    guard first == ":" else { return false }
    guard text.count > 1 else { return true }
    let digits = text.dropFirst()
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt16(digits) else { return false }
    port = number
    return true
  }

  private static func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.count <= 255
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7f && !"/\\?#@[]<>\"{}|^`%:,;!$&'()*+=".utf8.contains(byte)
      }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte | 0x20)
  }
}
