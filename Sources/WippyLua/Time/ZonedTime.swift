import WippyCore

/// A point in time as the clocks of a place show it.
package struct ZonedTime: Sendable {
  /// Since the Unix epoch.
  package var seconds: Int64
  /// 0 to 999,999,999.
  package var nanosecond: Int
  package var location: Location

  /// The first second of year 1: what a time that was never set is.
  static let zeroSeconds: Int64 = -62_135_596_800

  package init(seconds: Int64, nanosecond: Int, location: Location) {
    self.seconds = seconds
    self.nanosecond = nanosecond
    self.location = location
  }

  /// - Parameter nanoseconds: Since the Unix epoch; clamped to where years can be computed.
  init(nanoseconds: Int128, location: Location) {
    let range = CivilTime.secondsRange
    let limits = (Int128(range.lowerBound) * 1_000_000_000)...(Int128(range.upperBound) * 1_000_000_000)
    let nanoseconds = min(max(nanoseconds, limits.lowerBound), limits.upperBound)
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    self.init(
      seconds: Int64(quotient) - (remainder < 0 ? 1 : 0),
      nanosecond: Int(remainder < 0 ? remainder + 1_000_000_000 : remainder), location: location)
  }

  var nanoseconds: Int128 { Int128(seconds) * 1_000_000_000 + Int128(nanosecond) }

  var isZero: Bool { seconds == ZonedTime.zeroSeconds && nanosecond == 0 }

  var civil: CivilTime {
    CivilTime(seconds: seconds + Int64(location.offset(at: seconds).seconds), nanosecond: nanosecond)
  }

  func adding(nanoseconds duration: Int64) -> ZonedTime {
    ZonedTime(nanoseconds: nanoseconds + Int128(duration), location: location)
  }

  /// Nanoseconds from `other` to `self`: at most 292 years.
  func since(_ other: ZonedTime) -> Int64 { Int64(clamping: nanoseconds - other.nanoseconds) }

  /// A multiple of `duration` since the year 1, not after `self`.
  func truncated(to duration: Int64) -> ZonedTime {
    guard duration > 0 else { return self }
    return ZonedTime(nanoseconds: nanoseconds - remainder(duration), location: location)
  }

  /// The nearest multiple; of two, the later.
  func rounded(to duration: Int64) -> ZonedTime {
    guard duration > 0 else { return self }
    let remainder = remainder(duration)
    let isUp = remainder + remainder >= Int128(duration)
    return ZonedTime(nanoseconds: nanoseconds - remainder + (isUp ? Int128(duration) : 0), location: location)
  }

  private func remainder(_ duration: Int64) -> Int128 {
    let remainder = (nanoseconds - Int128(ZonedTime.zeroSeconds) * 1_000_000_000) % Int128(duration)
    return remainder < 0 ? remainder + Int128(duration) : remainder
  }

  /// The same clock time on another day; a day that its month does not have counts on into the next.
  func adding(years: Int64, months: Int64, days: Int64) -> ZonedTime {
    var civil = civil
    civil.year += years
    let first = CivilTime.days(toMonth: Int64(civil.month) + months, of: civil.year)
    let date = CivilTime(seconds: (first + Int64(civil.day - 1) + days) * 86_400)
    (civil.year, civil.month, civil.day) = (date.year, date.month, date.day)
    return ZonedTime(seconds: location.seconds(of: civil), nanosecond: nanosecond, location: location)
  }

  func format(_ layout: String) -> String {
    let zone = location.offset(at: seconds)
    return TimeLayout(layout).format(civil, offset: zone.seconds, abbreviation: zone.abbreviation)
  }

  /// - Parameter location: Where the text names no zone.
  static func parse(_ text: String, _ layout: String, in location: Location) throws(TimeError) -> ZonedTime {
    let result = try TimeParser.parse(text, layout)
    var location = location
    if let offset = result.offset {
      let isLocal = Location.local.offset(at: result.civil.seconds - Int64(offset)).seconds == offset
      location = offset == 0 ? .utc : isLocal ? .local : .fixed(result.zoneName ?? "", offset: offset)
    } else if let name = result.zoneName {
      // An abbreviation stands for an offset only where it is used.
      let seconds = location.seconds(of: result.civil)
      if location.offset(at: seconds).abbreviation != name { location = .fixed(name, offset: 0) }
    }
    return ZonedTime(
      seconds: location.seconds(of: result.civil), nanosecond: result.civil.nanosecond, location: location)
  }
}
