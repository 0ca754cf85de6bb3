import WippyCore

/// Reads times by a layout.
struct TimeParser {
  /// What a text says: a time of day and date, and its zone where it names one.
  struct Result {
    var civil: CivilTime
    /// Seconds east of Greenwich.
    var offset: Int?
    var zoneName: String?
  }

  private let layout: String
  private let text: String
  private var rest: Substring
  private var result = Result(civil: CivilTime(year: 0, month: 1, day: 1))
  private var isAfternoon: Bool?
  private var dayOfYear: Int?

  private init(_ text: String, _ layout: String) {
    self.text = text
    self.layout = layout
    rest = Substring(text)
  }

  /// The message says what is wrong with `text`.
  static func parse(_ text: String, _ layout: String) throws(TimeError) -> Result {
    var parser = TimeParser(text, layout)
    let elements = TimeLayout(layout).elements
    for (index, element) in elements.enumerated() {
      try parser.read(element)
      if element == .second || element == .paddedSecond {
        // A fraction may follow the seconds without being in the layout.
        if index + 1 < elements.count, case .fraction = elements[index + 1] { continue }
        try parser.looseFraction()
      }
    }
    guard parser.rest.isEmpty else { throw parser.failure("there is more after it: \"\(parser.rest.prefix(40))\"") }
    return try parser.finish()
  }

  private func failure(_ reason: String) -> TimeError {
    TimeError("\"\(text.prefix(60))\" is no time of the layout \"\(layout.prefix(60))\": \(reason)")
  }

  private func missing(_ what: String) -> TimeError {
    failure("expected \(what) at \"\(rest.prefix(20))\"")
  }

  private mutating func finish() throws(TimeError) -> Result {
    if let isAfternoon {
      guard result.civil.hour <= 12 else { throw failure("the hour is out of range") }
      result.civil.hour = result.civil.hour % 12 + (isAfternoon ? 12 : 0)
    }
    if let dayOfYear {
      let first = CivilTime(year: result.civil.year, month: 1, day: 1).seconds
      let date = CivilTime(seconds: first + Int64(dayOfYear - 1) * 86_400)
      guard date.year == result.civil.year, dayOfYear >= 1 else { throw failure("the day of the year is out of range") }
      result.civil.month = date.month
      result.civil.day = date.day
    }
    guard (1...CivilTime.daysIn(month: result.civil.month, of: result.civil.year)).contains(result.civil.day) else {
      throw failure("the day is out of range")
    }
    return result
  }

  // MARK: - Elements

  private mutating func read(_ element: TimeLayout.Element) throws(TimeError) {
    switch element {
    case .text(let literal): try skip(literal)
    case .longMonth: result.civil.month = try name(TimeLayout.months, "a month") + 1
    case .shortMonth: result.civil.month = try name(TimeLayout.months.map { String($0.prefix(3)) }, "a month") + 1
    case .month: result.civil.month = try number(1...2, 1...12, "the month")
    case .paddedMonth: result.civil.month = try number(2...2, 1...12, "the month")
    case .longWeekday: _ = try name(TimeLayout.weekdays, "a weekday")
    case .shortWeekday: _ = try name(TimeLayout.weekdays.map { String($0.prefix(3)) }, "a weekday")
    case .day: result.civil.day = try number(1...2, 0...31, "the day")
    case .spacedDay:
      if rest.first == " " { rest.removeFirst() }
      result.civil.day = try number(1...2, 0...31, "the day")
    case .paddedDay: result.civil.day = try number(2...2, 0...31, "the day")
    case .spacedDayOfYear, .paddedDayOfYear:
      if element == .spacedDayOfYear { rest = rest.drop { $0 == " " } }
      dayOfYear = try number(element == .paddedDayOfYear ? 3...3 : 1...3, 1...366, "the day of the year")
    case .hour: result.civil.hour = try number(1...2, 0...23, "the hour")
    case .hour12: result.civil.hour = try number(1...2, 0...12, "the hour")
    case .paddedHour12: result.civil.hour = try number(2...2, 0...12, "the hour")
    case .minute: result.civil.minute = try number(1...2, 0...59, "the minute")
    case .paddedMinute: result.civil.minute = try number(2...2, 0...59, "the minute")
    case .second: result.civil.second = try number(1...2, 0...59, "the second")
    case .paddedSecond: result.civil.second = try number(2...2, 0...59, "the second")
    case .longYear: result.civil.year = Int64(try number(4...4, 0...9999, "the year"))
    case .year:
      let year = try number(2...2, 0...99, "the year")
      result.civil.year = Int64(year >= 69 ? 1900 + year : 2000 + year)
    case .upperHalf: isAfternoon = try name(["AM", "PM"], "AM or PM") == 1
    case .lowerHalf: isAfternoon = try name(["am", "pm"], "am or pm") == 1
    case .zoneName: try zoneName()
    case .offset(let hasZ, let hasColons, let parts): try offset(hasZ, hasColons, parts)
    case .fraction(_, let digits, let trims):
      if trims { try looseFraction() } else { try fraction(exactly: digits) }
    }
  }

  private mutating func skip(_ literal: String) throws(TimeError) {
    guard rest.hasPrefix(literal) else { throw missing("\"\(literal)\"") }
    rest.removeFirst(literal.count)
  }

  private mutating func name(_ names: [String], _ what: String) throws(TimeError) -> Int {
    let found = names.firstIndex { name in rest.prefix(name.count).lowercased() == name.lowercased() }
    guard let found else { throw missing(what) }
    rest.removeFirst(names[found].count)
    return found
  }

  private mutating func number(
    _ width: ClosedRange<Int>, _ range: ClosedRange<Int>, _ what: String
  ) throws(TimeError) -> Int {
    let digits = rest.prefix(width.upperBound).prefix { ("0"..."9").contains($0) }
    guard digits.count >= width.lowerBound, let number = Int(digits) else { throw missing(what) }
    guard range.contains(number) else { throw failure("\(what) is out of range") }
    rest.removeFirst(digits.count)
    return number
  }

  private mutating func looseFraction() throws(TimeError) {
    guard rest.first == "." || rest.first == ",", let next = rest.dropFirst().first, ("0"..."9").contains(next) else {
      return
    }
    let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }.count
    try fraction(exactly: digits)
  }

  private mutating func fraction(exactly digits: Int) throws(TimeError) {
    guard rest.first == "." || rest.first == "," else { throw missing("a fraction") }
    let text = rest.dropFirst().prefix(digits)
    guard text.count == digits, text.allSatisfy({ ("0"..."9").contains($0) }) else { throw missing("a fraction") }
    // What is below a nanosecond is dropped.
    let nanoseconds = text.prefix(9) + String(repeating: "0", count: max(0, 9 - digits))
    result.civil.nanosecond = Int(nanoseconds) ?? 0
    rest.removeFirst(digits + 1)
  }

  private mutating func offset(_ hasZ: Bool, _ hasColons: Bool, _ parts: Int) throws(TimeError) {
    if hasZ, rest.first == "Z" {
      rest.removeFirst()
      result.offset = 0
      result.zoneName = "UTC"
      return
    }
    guard let sign = rest.first, sign == "+" || sign == "-" else { throw missing("an offset of a zone") }
    rest.removeFirst()
    var seconds = try number(2...2, 0...24, "the hour of the zone") * 3600
    for (part, unit) in [60, 1].enumerated() where part + 1 < parts {
      if hasColons { try skip(":") }
      seconds += try number(2...2, 0...59, "the minute of the zone") * unit
    }
    result.offset = sign == "-" ? -seconds : seconds
  }

  /// Three or four capital letters, or an offset; `GMT-3` too.
  private mutating func zoneName() throws(TimeError) {
    if rest.first == "+" || rest.first == "-" { return try offset(false, false, 1) }
    let letters = rest.prefix(5).prefix { ("A"..."Z").contains($0) }
    guard (3...5).contains(letters.count) else { throw missing("the name of a zone") }
    rest.removeFirst(letters.count)
    result.zoneName = String(letters)
    if letters == "UTC" { result.offset = 0 }
    if letters == "GMT", rest.first == "+" || rest.first == "-" {
      let sign = rest.removeFirst()
      let hours = try number(1...2, 0...23, "the hour of the zone")
      result.offset = (sign == "-" ? -hours : hours) * 3600
      result.zoneName = "GMT\(sign)\(hours)"
    }
  }
}

/// Why a text is no time.
struct TimeError: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
