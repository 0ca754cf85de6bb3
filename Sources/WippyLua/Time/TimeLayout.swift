/// A layout of Go's: the reference time `Mon Jan 2 15:04:05 MST 2006`, written as times shall be.
struct TimeLayout {
  enum Element: Equatable {
    case text(String)
    case longMonth, shortMonth, month, paddedMonth
    case longWeekday, shortWeekday
    case day, spacedDay, paddedDay, spacedDayOfYear, paddedDayOfYear
    case hour, hour12, paddedHour12
    case minute, paddedMinute
    case second, paddedSecond
    case longYear, year
    case upperHalf, lowerHalf
    case zoneName
    /// `Z07:00` writes UTC as `Z`.
    case offset(hasZ: Bool, hasColons: Bool, parts: Int)
    /// `.000`: always so many digits. `.999`: without zeros at the end.
    case fraction(separator: Character, digits: Int, trims: Bool)
  }

  let elements: [Element]

  /// Longest first, where one begins as another does.
  private static let names: [(String, Element)] = [
    ("January", .longMonth), ("Jan", .shortMonth), ("Monday", .longWeekday), ("Mon", .shortWeekday), ("MST", .zoneName),
    ("2006", .longYear), ("2", .day), ("__2", .spacedDayOfYear), ("_2006", .text("_")), ("_2", .spacedDay),
    ("002", .paddedDayOfYear), ("01", .paddedMonth), ("02", .paddedDay), ("03", .paddedHour12), ("04", .paddedMinute),
    ("05", .paddedSecond), ("06", .year), ("15", .hour), ("1", .month), ("3", .hour12), ("4", .minute), ("5", .second),
    ("PM", .upperHalf), ("pm", .lowerHalf),
    ("-07:00:00", .offset(hasZ: false, hasColons: true, parts: 3)),
    ("-070000", .offset(hasZ: false, hasColons: false, parts: 3)),
    ("-07:00", .offset(hasZ: false, hasColons: true, parts: 2)),
    ("-0700", .offset(hasZ: false, hasColons: false, parts: 2)),
    ("-07", .offset(hasZ: false, hasColons: false, parts: 1)),
    ("Z07:00:00", .offset(hasZ: true, hasColons: true, parts: 3)),
    ("Z070000", .offset(hasZ: true, hasColons: false, parts: 3)),
    ("Z07:00", .offset(hasZ: true, hasColons: true, parts: 2)),
    ("Z0700", .offset(hasZ: true, hasColons: false, parts: 2)),
    ("Z07", .offset(hasZ: true, hasColons: false, parts: 1)),
  ]
  private static let table: [(bytes: [UInt8], element: Element)] = names.map { (Array($0.0.utf8), $0.1) }

  init(_ layout: String) {
    let bytes = Array(layout.utf8)
    var elements: [Element] = []
    var text: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
      guard let (element, length) = TimeLayout.element(in: bytes, at: offset) else {
        text.append(bytes[offset])
        offset += 1
        continue
      }
      if !text.isEmpty { elements.append(.text(String(decoding: text, as: UTF8.self))) }
      text = []
      elements.append(element)
      offset += length
    }
    if !text.isEmpty { elements.append(.text(String(decoding: text, as: UTF8.self))) }
    self.elements = elements
  }

  private static func element(in bytes: [UInt8], at offset: Int) -> (Element, Int)? {
    switch bytes[offset] {
    case UInt8(ascii: "."), UInt8(ascii: ","):
      guard let (digits, trims) = fraction(in: bytes, at: offset + 1) else { return nil }
      let separator = Character(Unicode.Scalar(bytes[offset]))
      return (.fraction(separator: separator, digits: digits, trims: trims), digits + 1)
    case UInt8(ascii: "_") where bytes[offset...].starts(with: "_2006".utf8): return (.text("_"), 1)
    default: break
    }
    for (name, element) in table where bytes[offset] == name[0] && bytes[offset...].starts(with: name) {
      // `Jan` inside of a word such as `Janet` is no month.
      if element == .shortMonth || element == .shortWeekday, let next = bytes.dropFirst(offset + 3).first,
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next)
      {
        return nil
      }
      return (element, name.count)
    }
    return nil
  }

  /// As many zeros or nines as stand there, when no other digit follows.
  private static func fraction(in bytes: [UInt8], at start: Int) -> (digits: Int, trims: Bool)? {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "0") || bytes[start] == UInt8(ascii: "9") else {
      return nil
    }
    var end = start
    while end < bytes.count, bytes[end] == bytes[start] { end += 1 }
    if end < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[end]) { return nil }
    return (end - start, bytes[start] == UInt8(ascii: "9"))
  }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
