import Glibc
import Logging
import Synchronization

/// Writes log records to a file descriptor, one line each: for people, or as JSON.
public struct LogOutput: LogHandler {
  public enum Format: String, Sendable {
    case console
    case json
  }

  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  private let label: String
  private let format: Format
  private let isColoured: Bool
  private let descriptor: Int32
  private let toggle: LogSwitch?

  public init(
    label: String, level: Logger.Level, format: Format = .console, isColoured: Bool = false,
    descriptor: Int32 = STDERR_FILENO, toggle: LogSwitch? = nil
  ) {
    self.label = label
    self.format = format
    self.isColoured = isColoured
    self.descriptor = descriptor
    self.toggle = toggle
    logLevel = level
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    guard toggle?.isOn ?? true else { return }
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    let text =
      switch format {
      case .console: console(event.level, event.message, fields)
      case .json: json(event.level, event.message, fields)
      }
    LogOutput.write(text + "\n", to: descriptor)
  }

  private func console(
    _ level: Logger.Level, _ message: Logger.Message, _ fields: [(key: String, value: Logger.MetadataValue)]
  ) -> String {
    let name = level.rawValue.uppercased()
    let shown = isColoured ? "\u{1b}[\(LogOutput.colour(level))m\(name)\u{1b}[0m" : name
    let rest = fields.map { " \($0.key)=\(LogOutput.quotedIfNeeded("\($0.value)"))" }.joined()
    return "\(LogOutput.timestamp()) \(shown) \(LogOutput.printable("\(message)"))\(rest)"
  }

  private func json(
    _ level: Logger.Level, _ message: Logger.Message, _ fields: [(key: String, value: Logger.MetadataValue)]
  ) -> String {
    var parts = [
      "\"time\":\"\(LogOutput.timestamp())\"", "\"level\":\"\(level.rawValue)\"",
      "\"message\":\(LogOutput.quoted("\(message)"))",
    ]
    parts += fields.map { "\(LogOutput.quoted($0.key)):\(LogOutput.quoted("\($0.value)"))" }
    return "{\(parts.joined(separator: ","))}"
  }

  private static func colour(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 90
    case .info, .notice: 36
    case .warning: 33
    case .error, .critical: 31
    }
  }

  /// The wall clock in UTC: `2026-01-31T12:00:00.123Z`.
  private static func timestamp() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    func digits(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    let date =
      "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(Int(parts.tm_mon) + 1, 2))-\(digits(Int(parts.tm_mday), 2))"
    let time =
      "\(digits(Int(parts.tm_hour), 2)):\(digits(Int(parts.tm_min), 2)):\(digits(Int(parts.tm_sec), 2))"
    return "\(date)T\(time).\(digits(now.tv_nsec / 1_000_000, 3))Z"
  }

  /// Text without control characters: much of it comes from guests, and ends on terminals.
  private static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isControl(scalar) ? "\u{fffd}" : scalar) }
    return String(result)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && scalar != "\t" || (0x7f...0x9f).contains(scalar.value)
  }

  private static func quotedIfNeeded(_ text: String) -> String {
    text.isEmpty || text.contains { $0 == " " || $0 == "\"" || $0 == "=" }
      || text.unicodeScalars.contains(
        where: isControl)
      ? quoted(text) : text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where isControl(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// One line at a time, so that those of several threads do not mix. A record that cannot be written is lost: there is
  /// nobody to tell.
  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    lock.withLock { _ in
      text.withUTF8 { bytes in
        var offset = 0
        while offset < bytes.count {
          let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { return }
          offset += count
        }
      }
    }
  }

  private static let lock = Mutex<Void>(())
}
