/// `wasi:io/streams`' input stream.
package final class InputStream: Subscribable {
  /// What one read returns at most.
  package static let largestRead = 131_072

  package var openChildren = 0
  package let outlivesCall: Bool
  private let source: any InputSource
  /// The resource whose child it is: a socket.
  private let parent: (any Subscribable)?
  private var isClosed = false

  /// - Parameter isStandard: Of the guest's own, which it keeps.
  package init(_ source: any InputSource, childOf parent: (any Subscribable)? = nil, isStandard: Bool = false) {
    outlivesCall = isStandard
    self.source = source
    self.parent = parent
    parent?.openChildren += 1
  }

  deinit {
    parent?.openChildren -= 1
  }

  package var condition: WaitCondition { isClosed ? .ready : source.readiness }

  /// What there is now, at most `count` bytes; empty when there is nothing yet.
  package func read(upTo count: UInt64) throws(StreamFailure) -> [UInt8] {
    guard !isClosed else { throw .closed }
    guard count > 0 else { return [] }
    let capacity = Int(min(count, UInt64(InputStream.largestRead)))
    if let bytes = source.take(upTo: capacity) { return bytes }
    var outcome = ReadOutcome.notReady
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
      outcome = source.read(into: UnsafeMutableRawBufferPointer(buffer))
      if case .bytes(let read) = outcome { initialized = read }
    }
    _ = try self.count(outcome)
    return bytes
  }

  /// Reads into `buffer` and returns how much; 0 when there is nothing yet.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(StreamFailure) -> Int {
    guard !isClosed else { throw .closed }
    guard !buffer.isEmpty else { return 0 }
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(InputStream.largestRead))
    return try count(source.read(into: part))
  }

  private func count(_ outcome: ReadOutcome) throws(StreamFailure) -> Int {
    switch outcome {
    case .bytes(let count): return count
    case .notReady: return 0
    case .end:
      isClosed = true
      throw .closed
    case .failed(let text):
      isClosed = true
      throw .failed(text)
    case .error(let errno):
      isClosed = true
      throw .system(errno)
    case .http(let failure):
      isClosed = true
      throw .http(failure)
    }
  }
}
