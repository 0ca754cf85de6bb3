import WippyCore

extension TimeLayout {
  /// The text of a time, as clocks of a zone show it.
  func format(_ civil: CivilTime, offset: Int, abbreviation: String) -> String {
    var text = ""
    for element in elements {
      switch element {
      case .text(let literal): text += literal
      case .longMonth: text += TimeLayout.months[civil.month - 1]
      case .shortMonth: text += TimeLayout.months[civil.month - 1].prefix(3)
      case .month: text += "\(civil.month)"
      case .paddedMonth: text += TimeLayout.padded(civil.month, 2)
      case .longWeekday: text += TimeLayout.weekdays[civil.weekday]
      case .shortWeekday: text += TimeLayout.weekdays[civil.weekday].prefix(3)
      case .day: text += "\(civil.day)"
      case .spacedDay: text += TimeLayout.padded(civil.day, 2, " ")
      case .paddedDay: text += TimeLayout.padded(civil.day, 2)
      case .spacedDayOfYear: text += TimeLayout.padded(civil.dayOfYear, 3, " ")
      case .paddedDayOfYear: text += TimeLayout.padded(civil.dayOfYear, 3)
      case .hour: text += TimeLayout.padded(civil.hour, 2)
      case .hour12: text += "\((civil.hour + 11) % 12 + 1)"
      case .paddedHour12: text += TimeLayout.padded((civil.hour + 11) % 12 + 1, 2)
      case .minute: text += "\(civil.minute)"
      case .paddedMinute: text += TimeLayout.padded(civil.minute, 2)
      case .second: text += "\(civil.second)"
      case .paddedSecond: text += TimeLayout.padded(civil.second, 2)
      case .longYear: text += (civil.year < 0 ? "-" : "") + TimeLayout.padded(Int(civil.year.magnitude), 4)
      case .year: text += TimeLayout.padded(Int(civil.year.magnitude % 100), 2)
      case .upperHalf: text += civil.hour >= 12 ? "PM" : "AM"
      case .lowerHalf: text += civil.hour >= 12 ? "pm" : "am"
      case .zoneName:
        text += abbreviation.isEmpty ? TimeLayout.offset(offset, hasColons: false, parts: 2) : abbreviation
      case .offset(let hasZ, let hasColons, let parts):
        text += hasZ && offset == 0 ? "Z" : TimeLayout.offset(offset, hasColons: hasColons, parts: parts)
      case .fraction(let separator, let digits, let trims):
        text += TimeLayout.fraction(civil.nanosecond, separator, digits, trims)
      }
    }
    return text
  }

  private static func padded(_ number: Int, _ width: Int, _ filler: String = "0") -> String {
    let digits = "\(number)"
    return String(repeating: filler, count: max(0, width - digits.utf8.count)) + digits
  }

  private static func offset(_ seconds: Int, hasColons: Bool, parts: Int) -> String {
    let magnitude = abs(seconds)
    let numbers = [magnitude / 3600, magnitude / 60 % 60, magnitude % 60].prefix(parts)
    return (seconds < 0 ? "-" : "+") + numbers.map { padded($0, 2) }.joined(separator: hasColons ? ":" : "")
  }

  private static func fraction(_ nanosecond: Int, _ separator: Character, _ digits: Int, _ trims: Bool) -> String {
    // More digits than nanoseconds have are zeros.
    var text = Substring(padded(nanosecond, 9) + String(repeating: "0", count: min(max(0, digits - 9), 100)))
      .prefix(digits)
    if trims { while text.last == "0" { text.removeLast() } }
    return text.isEmpty ? "" : "\(separator)\(text)"
  }
}
