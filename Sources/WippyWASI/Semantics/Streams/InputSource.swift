import WippyCore

/// Where an input stream's bytes come from. Never blocks.
package protocol InputSource: AnyObject, Sendable {
  /// Reads what there is now, at most as much as `buffer` holds.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome
  /// When a read has something to say.
  var readiness: WaitCondition { get }
  var isTerminal: Bool { get }
}

extension InputSource {
  package var isTerminal: Bool { false }
}

/// What a read came to.
package enum ReadOutcome: Hashable, Sendable {
  /// At least one byte.
  case bytes(Int)
  /// Nothing now.
  case notReady
  case end
  case failed(String)
  /// Failed with this `errno`.
  case error(Int32)
  case http(HTTPFailure)
}
