/// File permissions in octal: `0755`, `755`, `0o600`.
package enum FileModeText {
  package static func parse(_ text: String) -> UInt32? {
    let digits = text.hasPrefix("0o") ? text.dropFirst(2) : Substring(text)
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...55).contains($0) }),
      let mode = UInt32(digits, radix: 8), mode <= 0o7777
    else { return nil }
    return mode
  }
}
