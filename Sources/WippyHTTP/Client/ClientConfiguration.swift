import WippyCore

/// How a client behaves. Durations in nanoseconds.
package struct ClientConfiguration: Sendable {
  /// Finds the addresses of a name, in text form, in the order in which they are tried.
  package var lookUp: NameLookUp
  /// Files with certificates to trust besides the system's, in PEM form.
  package var extraTrustRoots: [String] = []
  package var connectTimeout: UInt64 = 30_000_000_000
  package var firstByteTimeout: UInt64 = 600_000_000_000
  package var betweenBytesTimeout: UInt64 = 600_000_000_000
  /// How long a connection without requests is kept.
  package var idleTimeout: UInt64 = 30_000_000_000
  /// Connections without requests that are kept for one destination.
  package var mostIdle = 64
  /// Bytes of a response's header fields.
  package var mostHeaderBytes = 64 << 10

  package init(lookUp: @escaping NameLookUp) {
    self.lookUp = lookUp
  }
}
