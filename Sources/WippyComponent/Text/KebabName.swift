/// Names of WIT: words of ASCII letters and digits joined by hyphens, each word in one case, the first
/// beginning with a letter.
enum KebabName {
  static func isValid(_ name: some Collection<UInt8>) -> Bool {
    var isFirst = true
    for word in name.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false) {
      guard let first = word.first else { return false }
      let isLower = word.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
      let isUpper = word.allSatisfy { isDigit($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
      guard isLower || isUpper, !(isFirst && isDigit(first)) else { return false }
      isFirst = false
    }
    return true
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
