/// The identity of a process: unique within a run, never reused.
///
/// Its text is `{host|0x00001}`, or `{node@host|0x00001}` for a process of another node.
public struct ProcessID: Hashable, Sendable, CustomStringConvertible {
  /// The node that runs the process; `nil` is this one.
  public let node: String?
  /// The host entry on which the process runs, as `namespace:name`.
  public let host: String
  /// Counts up from 1 over all hosts of a run.
  public let serial: UInt64

  public init(node: String? = nil, host: String, serial: UInt64) {
    self.node = node
    self.host = host
    self.serial = serial
  }

  /// Parses the text form, with or without its braces.
  public init?(_ text: some StringProtocol) {
    var body = Substring(text)
    if body.hasPrefix("{") || body.hasSuffix("}") {
      guard body.hasPrefix("{"), body.hasSuffix("}"), body.utf8.count >= 2 else { return nil }
      body = body.dropFirst().dropLast()
    }
    guard let bar = body.lastIndex(of: "|") else { return nil }
    let digits = body[body.index(after: bar)...]
    guard digits.hasPrefix("0x"), let serial = UInt64(digits.dropFirst(2), radix: 16) else { return nil }
    let place = body[..<bar]
    if let at = place.firstIndex(of: "@") {
      self.init(node: String(place[..<at]), host: String(place[place.index(after: at)...]), serial: serial)
    } else {
      self.init(host: String(place), serial: serial)
    }
    guard !host.isEmpty, node?.isEmpty != true, serial > 0 else { return nil }
  }

  public var description: String {
    let digits = String(serial, radix: 16)
    let padding = String(repeating: "0", count: max(0, 5 - digits.utf8.count))
    return "{\(node.map { "\($0)@" } ?? "")\(host)|0x\(padding)\(digits)}"
  }

  public static func == (left: ProcessID, right: ProcessID) -> Bool {
    left.serial == right.serial && left.node == right.node && left.host == right.host
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(serial)
  }
}
