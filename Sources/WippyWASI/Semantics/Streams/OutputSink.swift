import WippyCore

/// Where an output stream's bytes go. Never blocks.
package protocol OutputSink: AnyObject, Sendable {
  /// Takes as many of the bytes as it can now.
  func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome
  /// The same of bytes that nobody else needs.
  func write(owned bytes: [UInt8]) -> WriteOutcome
  /// How many bytes it would take now.
  var room: Int { get }
  /// When it takes more.
  var readiness: WaitCondition { get }
  var isTerminal: Bool { get }
  /// The process that wrote to it has ended.
  func finish()
}

extension OutputSink {
  package var isTerminal: Bool { false }
  package func finish() {}
  package func write(owned bytes: [UInt8]) -> WriteOutcome { bytes.withUnsafeBytes { write($0) } }
}

/// What a write came to.
package enum WriteOutcome: Hashable, Sendable {
  /// This many, from the beginning.
  case accepted(Int)
  case closed
  case failed(String)
  /// Failed with this `errno`.
  case error(Int32)
  case http(HTTPFailure)
}
