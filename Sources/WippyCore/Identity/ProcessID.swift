/// The identity of a process: unique within a run, never reused.
///
/// Its text is `{host|0x00001}`, or `{node@host|0x00001}` for a process of another node.
public struct ProcessID: Hashable, Sendable, CustomStringConvertible {
  /// Where the process runs.
  package let place: ProcessPlace
  /// Counts up from 1 over all hosts of a run.
  public let serial: UInt64

  public init(node: String? = nil, host: String, serial: UInt64) {
    self.init(ProcessPlace(node: node, host: host), serial: serial)
  }

  package init(_ place: ProcessPlace, serial: UInt64) {
    self.place = place
    self.serial = serial
  }

  /// The node that runs the process; `nil` is this one.
  public var node: String? { place.node }
  /// The host entry on which the process runs, as `namespace:name`.
  public var host: String { place.host }

  /// Parses the text form, with or without its braces. Places that no process has been at are remembered for ever, so of
  /// those that texts name only a bounded number is known: see `ProcessPlace`.
  public init?(_ text: some StringProtocol) {
    var body = Substring(text)
    if body.hasPrefix("{") || body.hasSuffix("}") {
      guard body.hasPrefix("{"), body.hasSuffix("}"), body.utf8.count >= 2 else { return nil }
      body = body.dropFirst().dropLast()
    }
    guard let bar = body.lastIndex(of: "|") else { return nil }
    let digits = body[body.index(after: bar)...]
    guard digits.hasPrefix("0x"), let serial = UInt64(digits.dropFirst(2), radix: 16) else { return nil }
    guard serial > 0 else { return nil }
    let name = body[..<bar]
    var node: String?
    var host = name
    if let at = name.firstIndex(of: "@") {
      node = String(name[..<at])
      host = name[name.index(after: at)...]
    }
    guard !host.isEmpty, node?.isEmpty != true, let place = ProcessPlace(named: node, String(host)) else { return nil }
    self.init(place, serial: serial)
  }

  public var description: String {
    let digits = String(serial, radix: 16)
    let padding = String(repeating: "0", count: max(0, 5 - digits.utf8.count))
    return "{\(node.map { "\($0)@" } ?? "")\(host)|0x\(padding)\(digits)}"
  }

  public static func == (left: ProcessID, right: ProcessID) -> Bool {
    left.serial == right.serial && left.place == right.place
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(serial)
  }
}
