extension UInt64 {
  /// Milliseconds as nanoseconds; the largest number where that would overflow.
  var millisecondsAsNanoseconds: UInt64 {
    let (product, overflow) = multipliedReportingOverflow(by: 1_000_000)
    return overflow ? .max : product
  }
}
