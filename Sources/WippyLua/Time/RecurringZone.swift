import WippyCore

/// A zone whose clocks change on the same days of every year: POSIX's `EST5EDT,M3.2.0,M11.1.0`.
struct RecurringZone: Sendable {
  /// A day of the year and the second of that day.
  private struct Change: Sendable {
    enum Day: Sendable {
      /// Month, week (5 is the last), weekday.
      case weekday(Int, Int, Int)
      /// From 1, without February 29th.
      case julian(Int)
      /// From 0.
      case ordinal(Int)
    }
    var day: Day
    var second: Int

    /// Seconds since the epoch, as clocks show it.
    func seconds(in year: Int64) -> Int64 {
      let days: Int64
      switch day {
      case .julian(let number):
        let isLate = number >= 60 && CivilTime.daysIn(month: 2, of: year) == 29
        days = CivilTime.days(toMonth: 1, of: year) + Int64(number - 1) + (isLate ? 1 : 0)
      case .ordinal(let number): days = CivilTime.days(toMonth: 1, of: year) + Int64(number)
      case .weekday(let month, let week, let weekday):
        let first = CivilTime(year: year, month: month, day: 1).weekday
        var number = (weekday - first + 7) % 7 + 7 * (week - 1)
        if number >= CivilTime.daysIn(month: month, of: year) { number -= 7 }
        days = CivilTime.days(toMonth: Int64(month), of: year) + Int64(number)
      }
      return days * 86_400 + Int64(second)
    }
  }

  private let standard: (offset: Int, abbreviation: String)
  private let daylight: (offset: Int, abbreviation: String)?
  private let begin: Change
  private let end: Change

  init?(_ text: String) {
    var reader = Reader(text)
    guard let name = reader.name(), let offset = reader.time() else { return nil }
    standard = (-offset, name)
    guard let summer = reader.name() else {
      daylight = nil
      begin = Change(day: .ordinal(0), second: 0)
      end = begin
      return
    }
    daylight = (reader.time().map { -$0 } ?? (3600 - offset), summer)
    guard let begin = reader.change(), let end = reader.change() else { return nil }
    self.begin = begin
    self.end = end
  }

  func offset(at seconds: Int64) -> (seconds: Int, abbreviation: String) {
    guard let daylight else { return (standard.offset, standard.abbreviation) }
    let year = CivilTime(seconds: seconds.addingReportingOverflow(Int64(standard.offset)).partialValue).year
    let start = begin.seconds(in: year) - Int64(standard.offset)
    let finish = end.seconds(in: year) - Int64(daylight.offset)
    let isSummer =
      start <= finish ? (start..<finish).contains(seconds) : !(finish..<start).contains(seconds)
    return isSummer ? (daylight.offset, daylight.abbreviation) : (standard.offset, standard.abbreviation)
  }

  private struct Reader {
    private var rest: Substring

    init(_ text: String) {
      rest = Substring(text.prefix(200))
    }

    private mutating func skip(_ character: Character) -> Bool {
      guard rest.first == character else { return false }
      rest.removeFirst()
      return true
    }

    private mutating func number() -> Int? {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      guard !digits.isEmpty, digits.count <= 4 else { return nil }
      rest.removeFirst(digits.count)
      return Int(digits)
    }

    mutating func name() -> String? {
      let isQuoted = skip("<")
      let name = rest.prefix { isQuoted ? $0 != ">" : $0.isLetter }
      rest.removeFirst(name.count)
      if isQuoted { _ = skip(">") }
      return name.isEmpty ? nil : String(name)
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time() -> Int? {
      let sign = skip("-") ? -1 : 1
      if sign == 1 { _ = skip("+") }
      guard let hours = number(), hours <= 167 else { return nil }
      let minutes = skip(":") ? number() ?? 0 : 0
      let seconds = skip(":") ? number() ?? 0 : 0
      return sign * (hours * 3600 + minutes * 60 + seconds)
    }

    mutating func change() -> Change? {
      guard skip(","), let day = day() else { return nil }
      return Change(day: day, second: skip("/") ? time() ?? 7200 : 7200)
    }

    private mutating func day() -> Change.Day? {
      if skip("M") {
        guard let month = number(), (1...12).contains(month), skip("."), let week = number(), (1...5).contains(week),
          skip("."), let weekday = number(), (0...6).contains(weekday)
        else { return nil }
        return .weekday(month, week, weekday)
      }
      if skip("J") { return number().flatMap { (1...365).contains($0) ? .julian($0) : nil } }
      return number().flatMap { (0...365).contains($0) ? .ordinal($0) : nil }
    }
  }
}
