/// Durations as text: `1h30m`, `500ms`.
package enum LuaDurationText {
  /// Nanoseconds; `nil` when it is no duration.
  package static func parse(_ text: String) -> Int64? {
    let units: [(String, Int64)] = [
      ("ms", 1_000_000), ("us", 1000), ("ns", 1), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
      ("s", 1_000_000_000),
    ]
    for (suffix, factor) in units where text.hasSuffix(suffix) {
      guard let number = Int64(text.dropLast(suffix.utf8.count)) else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: factor)
      return overflow ? nil : product
    }
    return nil
  }
}
