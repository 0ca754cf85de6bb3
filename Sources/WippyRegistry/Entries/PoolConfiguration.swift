/// `pool` of a function: how many of its calls run at once, and how many wait.
package struct PoolConfiguration: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case inline, lazy, `static`, adaptive
  }

  package var kind = Kind.lazy
  /// The fewest calls at once that it allows (`adaptive`); what it begins with.
  package var minimum = 1
  /// The most calls at once.
  package var maximum = 100
  /// Calls that may wait.
  package var buffer = 6400
  package var isWarm = false
  /// Calls that one instance may serve.
  package var reuse = 1

  package init() {}

  package init(_ entry: Entry) {
    self.init(entry.node["pool"].map { EntryReader(entry: entry, node: $0, path: "pool") })
  }

  init(_ reader: EntryReader?) {
    guard let reader else { return }
    func count(_ key: String) -> Int? { reader.integer(key).flatMap { Int(exactly: $0) } }
    let named = reader.text("type").flatMap(Kind.init)
    kind = named ?? .lazy
    switch kind {
    case .inline: maximum = .max
    case .lazy: maximum = count("max_size") ?? (named == nil ? 100 : 16)
    case .static: maximum = count("workers") ?? count("size") ?? 16
    case .adaptive:
      maximum = count("max_size") ?? 16
      minimum = min(count("min_size") ?? 1, maximum)
    }
    buffer = count("buffer") ?? maximum.multipliedReportingOverflow(by: PoolConfiguration.bufferOfEach).partialValue
    if kind == .inline { buffer = 0 }
    isWarm = reader.boolean("warm_start") ?? false
    reuse = count("reuse") ?? 1
  }

  /// Whether instances outlive calls, or are there before them. An inline pool makes one for each call.
  package var keepsGuests: Bool { kind != .inline && (reuse > 1 || isWarm) }

  /// Instances that stay however long nobody calls.
  package var keptGuests: Int {
    switch kind {
    case .inline: 0
    case .lazy: isWarm ? 1 : 0
    case .static: maximum
    case .adaptive: minimum
    }
  }

  /// Instances to make before the first call.
  package var warmGuests: Int { isWarm && kind != .inline ? min(max(1, keptGuests), PoolConfiguration.mostWarm) : 0 }

  private static let mostWarm = 1000

  private static let bufferOfEach = 64
}
