/// A date and a time of day in the proleptic Gregorian calendar, without a zone.
package struct CivilTime: Hashable, Sendable {
  package var year: Int64
  /// 1 to 12.
  package var month: Int
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int
  package var nanosecond: Int

  package init(
    year: Int64, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, nanosecond: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.nanosecond = nanosecond
  }

  /// The seconds for which years are computed: some 30 million of them in both directions.
  package static let secondsRange: ClosedRange<Int64> = -1_000_000_000_000_000...1_000_000_000_000_000

  /// - Parameter seconds: Since the epoch, in the zone's own time; clamped to `secondsRange`.
  package init(seconds: Int64, nanosecond: Int = 0) {
    let seconds = min(max(seconds, CivilTime.secondsRange.lowerBound), CivilTime.secondsRange.upperBound)
    let days = CivilTime.floorDivide(seconds, 86_400)
    let time = Int(seconds - days * 86_400)
    // Years begin in March here, so that the leap day is a year's last.
    let shifted = days + 719_468
    let era = CivilTime.floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1),
      hour: time / 3600, minute: time / 60 % 60, second: time % 60, nanosecond: nanosecond)
  }

  /// Days from the epoch to the first of a month. Months outside of 1 to 12 count on into other years.
  package static func days(toMonth month: Int64, of year: Int64) -> Int64 {
    let year = year + floorDivide(month - 1, 12)
    let month = month - 1 - 12 * floorDivide(month - 1, 12) + 1
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Seconds since the epoch, if this were UTC. Parts outside of their ranges count on.
  package var seconds: Int64 {
    let days = CivilTime.days(toMonth: Int64(month), of: year) + Int64(day) - 1
    return days * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
  }

  /// 0 is Sunday.
  package var weekday: Int {
    let days = CivilTime.floorDivide(seconds, 86_400)
    return Int(days + 4 - CivilTime.floorDivide(days + 4, 7) * 7)
  }

  /// From 1.
  package var dayOfYear: Int {
    Int(CivilTime.floorDivide(seconds, 86_400) - CivilTime.days(toMonth: 1, of: year)) + 1
  }

  package static func daysIn(month: Int, of year: Int64) -> Int {
    Int(days(toMonth: Int64(month) + 1, of: year) - days(toMonth: Int64(month), of: year))
  }

  package static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }
}
