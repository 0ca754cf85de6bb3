import WippyCore

/// An `http.service` entry, decoded.
package struct HTTPServiceEntry: Sendable {
  package let entry: Entry
  package let configuration: HTTPServerConfiguration
  /// The path of the metrics; `nil` for none.
  package let metrics: String?
  package let lifecycle: LifecycleConfiguration

  package var id: EntryID { entry.id }
  /// As it stands in the entry.
  package let address: String

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "http.service")
    self.entry = entry
    address = try reader.requiredText("addr")
    guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]) else {
      throw reader.invalid("addr", "`\(address)` is no address: write `:8090` or `127.0.0.1:8090`")
    }
    var host = address[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    var configuration = HTTPServerConfiguration(host: String(host), port: port)
    configuration.isHTTP2 = reader.boolean("http2") ?? true
    if let tls = reader.object("tls") {
      configuration.tls = .init(
        certificate: Self.path(try tls.requiredText("certificate"), entry),
        key: Self.path(try tls.requiredText("key"), entry))
    }
    if let limits = reader.object("limits") {
      if let bytes = limits.size("header_bytes") { configuration.limits.headerBytes = Int(clamping: bytes) }
      if let bytes = limits.size("body_bytes") { configuration.limits.bodyBytes = bytes }
      if let count = limits.integer("connections") { configuration.limits.connections = Int(clamping: count) }
    }
    if let timeouts = reader.object("timeouts") {
      if let time = timeouts.duration("header") { configuration.timeouts.header = Self.nanoseconds(time) }
      if let time = timeouts.duration("read") { configuration.timeouts.read = Self.nanoseconds(time) }
      if let time = timeouts.duration("write") { configuration.timeouts.write = Self.nanoseconds(time) }
      if let time = timeouts.duration("idle") { configuration.timeouts.idle = Self.nanoseconds(time) }
    }
    self.configuration = configuration
    metrics = reader.text("metrics")
    lifecycle = LifecycleConfiguration(reader.object("lifecycle"))
  }

  /// A file's place is relative to the file that names it.
  private static func path(_ text: String, _ entry: Entry) -> String {
    FilePath.join(entry.directory, text)
  }

  private static func nanoseconds(_ time: Duration) -> UInt64 {
    let (seconds, attoseconds) = time.components
    return UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue
      &+ UInt64(clamping: attoseconds / 1_000_000_000)
  }
}
