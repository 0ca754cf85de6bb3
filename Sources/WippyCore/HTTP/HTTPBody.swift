import Synchronization

/// The content of a request or response on its way between two threads: a queue of bytes with a bound, and an end.
///
/// One side writes and one side reads. Each may leave before the other; each has an observer, which is called on the
/// other side's thread after every change that may concern it, and must be short.
package final class HTTPBody: Sendable {
  /// Bytes that wait here before the writer has to wait.
  package static let capacity = 131_072

  package enum End: Sendable, Hashable {
    case finished(trailers: [HTTPField])
    case failed(HTTPFailure)
  }

  package enum ReadResult: Sendable, Hashable {
    case bytes([UInt8])
    /// Nothing now.
    case empty
    case end(End)
  }

  private struct State: Sendable {
    var bytes: [UInt8] = []
    var start = 0
    var end: End?
    var isReaderGone = false
    var onWritable: (@Sendable () -> Void)?
    var onReadable: (@Sendable () -> Void)?

    var count: Int { bytes.count - start }
    var room: Int { max(0, HTTPBody.capacity - count) }
  }

  private let state: Mutex<State>

  package init() {
    state = Mutex(State())
  }

  /// A body that is complete.
  package init(_ bytes: [UInt8], trailers: [HTTPField] = []) {
    state = Mutex(State(bytes: bytes, end: .finished(trailers: trailers)))
  }

  // MARK: Writing

  /// Called when there is more room, or the reader has left.
  package func observeWriting(_ action: (@Sendable () -> Void)?) {
    state.withLock { $0.onWritable = action }
  }

  package var room: Int { state.withLock { $0.isReaderGone ? HTTPBody.capacity : $0.room } }

  /// Whether nobody reads any more.
  package var isReaderGone: Bool { state.withLock { $0.isReaderGone } }

  /// Takes everything, also what is more than there is room for: the writer sees to the bound.
  ///
  /// - Returns: Whether there is room for more.
  @discardableResult
  package func append(_ new: UnsafeRawBufferPointer) -> Bool {
    append { $0.append(contentsOf: new) }
  }

  /// The same without a copy where nothing else waits here.
  @discardableResult
  package func append(_ new: [UInt8]) -> Bool {
    append { bytes in
      if bytes.isEmpty { bytes = new } else { bytes.append(contentsOf: new) }
    }
  }

  private func append(_ change: (inout [UInt8]) -> Void) -> Bool {
    let (hasRoom, action) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
      guard state.end == nil, !state.isReaderGone else { return (true, nil) }
      change(&state.bytes)
      return (state.room > 0, state.onReadable)
    }
    action?()
    return hasRoom
  }

  package func finish(trailers: [HTTPField] = []) { end(.finished(trailers: trailers)) }
  package func fail(_ failure: HTTPFailure) { end(.failed(failure)) }

  private func end(_ end: End) {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      guard state.end == nil else { return nil }
      state.end = end
      return state.onReadable
    }
    action?()
  }

  // MARK: Reading

  /// Called when there is something to read, or the end.
  package func observeReading(_ action: (@Sendable () -> Void)?) {
    state.withLock { $0.onReadable = action }
  }

  /// Whether a read has something to say.
  package var isReadable: Bool { state.withLock { $0.count > 0 || $0.end != nil } }

  /// The end, once everything before it has been read; a failure at once.
  package var end: End? {
    state.withLock { state in
      if case .failed = state.end { return state.end }
      return state.count == 0 ? state.end : nil
    }
  }

  /// The number of bytes that are there, when there will be no more and no trailers.
  package var completeCount: Int? {
    state.withLock { state in
      if case .finished(trailers: []) = state.end { state.count } else { nil }
    }
  }

  /// Reads into `buffer`; `nil` where there is nothing but the end, or nothing yet.
  package func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let (count, action) = state.withLock { state -> (Int, (@Sendable () -> Void)?) in
      if case .failed = state.end { return (0, nil) }
      let count = min(buffer.count, state.count)
      guard count > 0 else { return (0, nil) }
      state.bytes.withUnsafeBytes { bytes in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.start..<state.start + count]))
      }
      let wasFull = state.room == 0
      state.start += count
      if state.start == state.bytes.count {
        state.bytes.removeAll(keepingCapacity: state.end == nil && state.bytes.capacity <= 2 * HTTPBody.capacity)
        state.start = 0
      } else if state.start > HTTPBody.capacity {
        state.bytes.removeFirst(state.start)
        state.start = 0
      }
      return (count, wasFull && state.room > 0 ? state.onWritable : nil)
    }
    action?()
    return count
  }

  /// Everything that is there, without a copy; `nil` when that is nothing, or more than `most`.
  package func take(upTo most: Int) -> [UInt8]? {
    let (bytes, action) = state.withLock { state -> ([UInt8]?, (@Sendable () -> Void)?) in
      if case .failed = state.end { return (nil, nil) }
      guard state.start == 0, 1...most ~= state.count else { return (nil, nil) }
      let wasFull = state.room == 0
      return (exchange(&state.bytes, with: []), wasFull ? state.onWritable : nil)
    }
    action?()
    return bytes
  }

  /// Everything that is there.
  package func take() -> ReadResult {
    let (result, action) = state.withLock { state -> (ReadResult, (@Sendable () -> Void)?) in
      if case .failed = state.end, let end = state.end { return (.end(end), nil) }
      guard state.count > 0 else { return (state.end.map(ReadResult.end) ?? .empty, nil) }
      let bytes = state.start == 0 ? state.bytes : Array(state.bytes[state.start...])
      let wasFull = state.room == 0
      state.bytes = []
      state.start = 0
      return (.bytes(bytes), wasFull ? state.onWritable : nil)
    }
    action?()
    return result
  }

  /// The reader leaves: what is here and what comes is thrown away.
  package func stopReading() {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      guard !state.isReaderGone else { return nil }
      state.isReaderGone = true
      state.bytes = []
      state.start = 0
      state.onReadable = nil
      return state.onWritable
    }
    action?()
  }
}
