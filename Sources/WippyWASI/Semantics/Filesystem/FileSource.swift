import Synchronization
import WippyCore

/// A file as an input stream's source, from an offset on. What is not in memory is read by the pool meanwhile.
package final class FileSource: InputSource {
  private enum State: Sendable {
    case idle
    case reading
    /// What the pool read, and how much of it has been taken.
    case ready([UInt8], taken: Int)
    case failed(FileError)
  }

  private let file: RegularFile
  private let offset: Atomic<UInt64>
  private let state = Mutex(State.idle)
  private let signal = Signal()
  private let pool: BlockingQueue

  package init(_ file: RegularFile, at offset: UInt64, reactor: any Reactor) {
    self.file = file
    self.offset = Atomic(offset)
    pool = BlockingQueue(reactor)
  }

  package var readiness: WaitCondition {
    state.withLock { state in
      if case .reading = state { .signal(signal) } else { .ready }
    }
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
    state.withLock { state in
      switch state {
      case .idle: return readCached(into: buffer, &state)
      case .reading: return .notReady
      case .failed(let error): return .failed(error.name)
      case .ready(let bytes, let taken):
        guard taken < bytes.count else { return .end }
        let count = min(buffer.count, bytes.count - taken)
        buffer.copyBytes(from: bytes[taken..<taken + count])
        state = taken + count == bytes.count ? .idle : .ready(bytes, taken: taken + count)
        return .bytes(count)
      }
    }
  }

  private func readCached(into buffer: UnsafeMutableRawBufferPointer, _ state: inout State) -> ReadOutcome {
    let position = offset.load(ordering: .relaxed)
    do throws(FileError) {
      let (count, isComplete) = try file.readCached(into: buffer, at: position)
      if count > 0 {
        offset.store(position + UInt64(count), ordering: .relaxed)
        return .bytes(count)
      }
      if isComplete { return .end }
    } catch {
      state = .failed(error)
      return .failed(error.name)
    }
    state = .reading
    signal.clear()
    let count = buffer.count
    pool.run { self.fill(count, at: position) }
    return .notReady
  }

  private func fill(_ count: Int, at position: UInt64) {
    let result = Result { () throws(FileError) in try file.read(count, at: position) }
    state.withLock { state in
      switch result {
      case .success(let bytes):
        offset.store(position + UInt64(bytes.count), ordering: .relaxed)
        state = .ready(bytes, taken: 0)
      case .failure(let error): state = .failed(error)
      }
    }
    signal.set()
  }
}
