import WippyCore

/// What HTTP allows in the parts of a message. Source: RFC 9110 and RFC 3986.
enum HTTPSyntax {
  /// A method or the name of a field.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isLetterOrDigit($0) || tokenMarks.contains($0) }
  }

  /// The value of a field: no control characters but the tabulator.
  static func isFieldValue(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
  }

  /// Path and query of a request.
  static func isPath(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
  }

  /// The scheme of a URI.
  static func isScheme(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
  }

  /// Host and port without user information.
  static func isAuthority(_ text: String) -> Bool { HTTPAuthority(text) != nil }

  private static let tokenMarks = Set("!#$%&'*+-.^_`|~".utf8)

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
