import Synchronization

/// A source whose bytes somebody inside of this program gives.
package final class MemorySource: InputSource {
  private struct State: Sendable {
    var bytes: [UInt8]
    var isFinished: Bool
  }

  private let state: Mutex<State>
  private let signal = Signal()

  /// - Parameter isFinished: Whether nothing follows `bytes`.
  package init(_ bytes: [UInt8] = [], isFinished: Bool = true) {
    state = Mutex(State(bytes: bytes, isFinished: isFinished))
    if isFinished || !bytes.isEmpty { signal.set() }
  }

  package func append(_ bytes: some Sequence<UInt8>) {
    state.withLock { $0.bytes += bytes }
    signal.set()
  }

  package func finish() {
    state.withLock { $0.isFinished = true }
    signal.set()
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
    state.withLock { state in
      guard !state.bytes.isEmpty else { return state.isFinished ? .end : .notReady }
      let count = min(buffer.count, state.bytes.count)
      buffer.copyBytes(from: state.bytes.prefix(count))
      state.bytes.removeFirst(count)
      if state.bytes.isEmpty, !state.isFinished { signal.clear() }
      return .bytes(count)
    }
  }

  package var readiness: WaitCondition { .signal(signal) }
}
