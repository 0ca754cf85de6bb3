/// When a zone's clocks changed: a file of the time zone database (RFC 8536), or one offset for ever.
struct ZoneRules: Sendable {
  private struct Period: Sendable {
    var offset: Int
    var abbreviation: String
    var isDaylight = false
  }

  /// When each change comes, in order, and the period that it begins.
  private let changes: [(at: Int64, period: Int)]
  private let periods: [Period]
  /// The period before the first change.
  private let first: Int
  /// What holds after the last change.
  private let future: RecurringZone?

  init(offset: Int, abbreviation: String) {
    changes = []
    periods = [Period(offset: offset, abbreviation: abbreviation)]
    first = 0
    future = nil
  }

  /// `nil` when `file` is not such a file.
  init?(file: [UInt8]) {
    guard var reader = FileReader(file), let changes = reader.changes(), let periods = reader.periods() else {
      return nil
    }
    self.changes = changes
    self.periods = periods
    first = periods.firstIndex { !$0.isDaylight } ?? 0
    future = RecurringZone(reader.footer())
  }

  func offset(at seconds: Int64) -> (seconds: Int, abbreviation: String) {
    if let last = changes.last, seconds >= last.at, let future { return future.offset(at: seconds) }
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].at <= seconds { low = middle + 1 } else { high = middle }
    }
    let period = periods[low == 0 ? first : changes[low - 1].period]
    return (period.offset, period.abbreviation)
  }

  /// The parts of a file. Every count is checked against the bytes that there are.
  private struct FileReader {
    private let bytes: [UInt8]
    private var offset: Int
    private let isWide: Bool
    private let changeCount: Int
    private let periodCount: Int
    private let textCount: Int
    private let restCount: Int

    init?(_ bytes: [UInt8]) {
      self.bytes = bytes
      guard var counts = FileReader.header(bytes, at: 0) else { return nil }
      var offset = 44
      isWide = bytes[4] >= UInt8(ascii: "2")
      if isWide {
        // The first part is for readers that know 32 bits only.
        let (changes, periods) = (counts[3], counts[4])
        offset += changes * 5 + periods * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0]
        guard let second = FileReader.header(bytes, at: offset) else { return nil }
        counts = second
        offset += 44
      }
      let width = isWide ? 8 : 4
      self.offset = offset
      (changeCount, periodCount, textCount) = (counts[3], counts[4], counts[5])
      restCount = counts[2] * (width + 4) + counts[1] + counts[0]
      let size = changeCount * (width + 1) + periodCount * 6 + textCount + restCount
      guard periodCount > 0, offset + size <= bytes.count else { return nil }
    }

    /// The six counts: of UTC and standard indicators, leap seconds, changes, periods, characters.
    private static func header(_ bytes: [UInt8], at start: Int) -> [Int]? {
      guard start >= 0, start + 44 <= bytes.count, bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else {
        return nil
      }
      let counts = (0..<6).map { index in
        bytes[(start + 20 + 4 * index)...].prefix(4).reduce(0) { $0 << 8 | Int($1) }
      }
      return counts.allSatisfy { $0 < 100_000 } ? counts : nil
    }

    private mutating func number(_ width: Int) -> Int64 {
      defer { offset += width }
      let bits = bytes[offset..<(offset + width)].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      return width == 8 ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
    }

    mutating func changes() -> [(at: Int64, period: Int)]? {
      var changes: [(at: Int64, period: Int)] = []
      for _ in 0..<changeCount { changes.append((number(isWide ? 8 : 4), 0)) }
      for index in changes.indices {
        changes[index].period = Int(bytes[offset])
        offset += 1
        guard changes[index].period < periodCount, index == 0 || changes[index - 1].at <= changes[index].at else {
          return nil
        }
      }
      return changes
    }

    mutating func periods() -> [Period]? {
      var periods: [Period] = []
      let texts = offset + periodCount * 6
      for _ in 0..<periodCount {
        let seconds = Int(number(4))
        let isDaylight = bytes[offset] != 0
        let text = Int(bytes[offset + 1])
        offset += 2
        guard text < textCount, abs(seconds) < 200_000 else { return nil }
        let name = bytes[(texts + text)..<(texts + textCount)].prefix { $0 != 0 }
        periods.append(
          Period(offset: seconds, abbreviation: String(decoding: name, as: UTF8.self), isDaylight: isDaylight))
      }
      offset = texts + textCount + restCount
      return periods
    }

    /// The rule for what comes after the last change, as the variable TZ has it.
    func footer() -> String {
      guard isWide, offset < bytes.count else { return "" }
      return String(decoding: bytes[(offset + 1)...].prefix { $0 != 0x0a }, as: UTF8.self)
    }
  }
}
