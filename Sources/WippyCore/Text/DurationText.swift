/// Durations as Wippy writes them: `500ms`, `10s`, `1h30m`, `1.5s`.
package enum DurationText {
  private static let units: [(suffix: String, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1000), ("\u{B5}s", 1000), ("\u{3BC}s", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]

  /// Nanoseconds, or `nil` when `text` is no duration or is longer than 292 years.
  package static func nanoseconds(_ text: String) -> Int64? {
    if text == "0" { return 0 }
    var rest = Substring(text)
    var total: Int64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let name = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
      rest = rest.dropFirst(name.count)
      guard let unit = units.first(where: { $0.suffix == name })?.nanoseconds,
        let part = scaled(number, by: unit)
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else { return nil }
      total = sum
    }
    return total
  }

  /// As `nanoseconds`, with an optional sign.
  package static func signedNanoseconds(_ text: String) -> Int64? {
    guard let sign = text.utf8.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") else {
      return nanoseconds(text)
    }
    guard let magnitude = nanoseconds(String(text.dropFirst())) else { return nil }
    return sign == UInt8(ascii: "-") ? -magnitude : magnitude
  }

  /// The shortest text of a duration: `1h30m0s`, `1.5s`, `20ms`, `0s`.
  package static func text(ofNanoseconds nanoseconds: Int64) -> String {
    let magnitude = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    switch magnitude {
    case 0: return "0s"
    case ..<1000: return "\(sign)\(magnitude)ns"
    case ..<1_000_000: return "\(sign)\(decimal(magnitude, 3))\u{B5}s"
    case ..<1_000_000_000: return "\(sign)\(decimal(magnitude, 6))ms"
    default: break
    }
    let minutes = magnitude / 60_000_000_000
    let seconds = "\(decimal(magnitude % 60_000_000_000, 9))s"
    if minutes == 0 { return sign + seconds }
    if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
    return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
  }

  /// `value` with its last `places` digits as a fraction, without zeros at its end.
  private static func decimal(_ value: UInt64, _ places: Int) -> String {
    var divisor: UInt64 = 1
    for _ in 0..<places { divisor *= 10 }
    let (whole, rest) = value.quotientAndRemainder(dividingBy: divisor)
    guard rest > 0 else { return "\(whole)" }
    // The leading 1 keeps the zeros after the point.
    var digits = Substring(String(divisor + rest)).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }

  package static func parse(_ text: String) -> Duration? {
    nanoseconds(text).map { .nanoseconds($0) }
  }

  /// `number` (with or without a fraction) times `unit`, exact but for what is below a nanosecond.
  private static func scaled(_ number: Substring, by unit: Int64) -> Int64? {
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !(whole.isEmpty && parts.count == 1) else { return nil }
    guard let count = whole.isEmpty ? 0 : Int64(whole) else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return product }
    guard !(whole.isEmpty && parts[1].isEmpty) else { return nil }
    var fraction: Int64 = 0
    var digitValue = unit
    for digit in parts[1].utf8 {
      guard (48...57).contains(digit) else { return nil }
      // Digits below a nanosecond are dropped, each unit being a multiple of ten down to there.
      let exact = Int64(digit - 48) * digitValue
      fraction += exact / 10
      digitValue /= 10
      if digitValue == 0 { break }
    }
    let (sum, carried) = product.addingReportingOverflow(fraction)
    return carried ? nil : sum
  }
}
