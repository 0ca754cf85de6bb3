import Synchronization

/// A sink that keeps what is written, up to a bound; then it is full until somebody takes it.
package final class MemorySink: OutputSink {
  private let capacity: Int
  private let content = Mutex<[UInt8]>([])
  private let signal = Signal()

  package init(capacity: Int = 16 << 20) {
    self.capacity = capacity
    signal.set()
  }

  package var bytes: [UInt8] { content.withLock { $0 } }
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Returns what was written since the last time, and makes room.
  package func take() -> [UInt8] {
    let bytes = content.withLock { content in
      defer { content = [] }
      return content
    }
    signal.set()
    return bytes
  }

  package func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
    content.withLock { content in
      let count = min(bytes.count, capacity - content.count)
      content.append(contentsOf: bytes.prefix(count))
      if content.count == capacity { signal.clear() }
      return .accepted(count)
    }
  }

  package var room: Int { content.withLock { min(65_536, capacity - $0.count) } }
  package var readiness: WaitCondition { .signal(signal) }
}
