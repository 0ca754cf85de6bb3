/// The grammar of semantic versions (semver.org, 2.0.0).
enum SemanticVersion {
  static func isValid(_ text: String) -> Bool {
    let halves = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    if halves.count == 2, !areIdentifiers(halves[1], mayPadNumbers: true) { return false }
    let parts = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, !areIdentifiers(parts[1], mayPadNumbers: false) { return false }
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 3 && numbers.allSatisfy(isNumber)
  }

  /// Decimal digits without leading zeros, of a size that programs can store.
  static func isNumber(_ text: Substring) -> Bool {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), UInt64(text) != nil else {
      return false
    }
    return text.utf8.count == 1 || !text.hasPrefix("0")
  }

  private static func areIdentifiers(_ text: Substring, mayPadNumbers: Bool) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { identifier in
      guard !identifier.isEmpty, identifier.utf8.allSatisfy(isIdentifierByte) else { return false }
      let isNumeric = identifier.utf8.allSatisfy { (0x30...0x39).contains($0) }
      return mayPadNumbers || !isNumeric || identifier.utf8.count == 1 || !identifier.hasPrefix("0")
    }
  }

  private static func isIdentifierByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d: true
    default: false
    }
  }
}
