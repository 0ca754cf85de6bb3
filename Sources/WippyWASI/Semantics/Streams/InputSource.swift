import WippyCore

/// Where an input stream's bytes come from. Never blocks.
package protocol InputSource: AnyObject, Sendable {
  /// Reads what there is now, at most as much as `buffer` holds.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome
  /// What there is now, where that can be had without a copy and is at most `count` bytes; `nil` says: read.
  func take(upTo count: Int) -> [UInt8]?
  /// When a read has something to say.
  var readiness: WaitCondition { get }
  var isTerminal: Bool { get }
}

extension InputSource {
  package var isTerminal: Bool { false }
  package func take(upTo count: Int) -> [UInt8]? { nil }
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
