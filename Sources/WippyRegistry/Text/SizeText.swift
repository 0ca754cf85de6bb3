/// Sizes in bytes: `65536`, `64KiB`, `64MiB`, `1GiB`, and `64KB`, `64MB`, `1GB` in powers of 1000.
package enum SizeText {
  private static let units: [(suffix: String, factor: UInt64)] = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
  ]

  /// Bytes, or `nil` when `text` is no size or does not fit into 63 bits.
  package static func parse(_ text: String) -> UInt64? {
    let unit = units.first { text.hasSuffix($0.suffix) }
    let digits = text.dropLast(unit?.suffix.count ?? 0)
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt64(digits)
    else {
      return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit?.factor ?? 1)
    return overflow || bytes > UInt64(Int64.max) ? nil : bytes
  }
}
