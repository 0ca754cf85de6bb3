/// How a server listens and what it allows. Durations in nanoseconds.
package struct HTTPServerConfiguration: Sendable {
  package struct Limits: Sendable, Hashable {
    /// Bytes of all header fields.
    package var headerBytes = 64 << 10
    /// Bytes of a request's body.
    package var bodyBytes: UInt64 = 16 << 20
    package var connections = 10_000

    package init() {}
  }

  package struct Timeouts: Sendable, Hashable {
    /// From a request's first byte, or the connection, to the end of its header.
    package var header: UInt64 = 10_000_000_000
    /// Between bytes of a request's body.
    package var read: UInt64 = 60_000_000_000
    /// While the client takes nothing of its response.
    package var write: UInt64 = 60_000_000_000
    /// Between requests.
    package var idle: UInt64 = 60_000_000_000

    package init() {}
  }

  /// Files in PEM form.
  package struct TLSFiles: Sendable, Hashable {
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// An address, or a name; empty is every address.
  package var host: String
  package var port: UInt16
  package var tls: TLSFiles?
  package var isHTTP2 = true
  package var limits = Limits()
  package var timeouts = Timeouts()
  /// Called on the event loop for every response that is over: short.
  package var onResponse: (@Sendable (HTTPAccessRecord) -> Void)?

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }
}
