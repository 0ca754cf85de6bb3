import Synchronization
import WippyCore

/// A file as an output stream's sink. What cannot be written without waiting is written by the pool; the sink has
/// accepted it when that is done, so that a stream that has drained has written.
package final class FileSink: OutputSink {
  private enum State: Sendable {
    case idle
    case writing
    /// The pool has written this much of what was offered.
    case written(Int)
    case failed(FileError)
  }

  /// What one write of the pool takes at most.
  private static let largestWrite = 64 << 10

  private let file: RegularFile
  private let position: Mutex<RegularFile.WritePosition>
  private let durability: RegularFile.Durability
  private let state = Mutex(State.idle)
  private let signal = Signal()
  private let pool: BlockingQueue

  package init(
    _ file: RegularFile, at position: RegularFile.WritePosition, durability: RegularFile.Durability = .memory,
    reactor: any Reactor
  ) {
    self.file = file
    self.position = Mutex(position)
    self.durability = durability
    pool = BlockingQueue(reactor)
  }

  package var room: Int {
    state.withLock { state in
      if case .writing = state { 0 } else { FileSink.largestWrite }
    }
  }

  package var readiness: WaitCondition {
    state.withLock { state in
      if case .writing = state { .signal(signal) } else { .ready }
    }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
    state.withLock { state in
      switch state {
      case .writing: return .accepted(0)
      case .failed(let error): return .failed(error.name)
      // The stream offers again what was not accepted: this is the same.
      case .written(let count):
        state = .idle
        return .accepted(min(count, bytes.count))
      case .idle: return begin(bytes, &state)
      }
    }
  }

  private func begin(_ bytes: UnsafeRawBufferPointer, _ state: inout State) -> WriteOutcome {
    guard !bytes.isEmpty else { return .accepted(0) }
    let place = position.withLock { $0 }
    do throws(FileError) {
      if let count = try file.writeCached(bytes, at: place, durability: durability), count > 0 {
        advance(count)
        return .accepted(count)
      }
    } catch {
      state = .failed(error)
      return .failed(error.name)
    }
    state = .writing
    signal.clear()
    let copy = Array(bytes.prefix(FileSink.largestWrite))
    pool.run { self.finish(copy, at: place) }
    return .accepted(0)
  }

  private func finish(_ bytes: [UInt8], at place: RegularFile.WritePosition) {
    let result = Result { () throws(FileError) in try file.write(bytes, at: place, durability: durability) }
    state.withLock { state in
      switch result {
      case .success(let count):
        advance(count)
        state = .written(count)
      case .failure(let error): state = .failed(error)
      }
    }
    signal.set()
  }

  private func advance(_ count: Int) {
    position.withLock { position in
      if case .offset(let offset) = position { position = .offset(offset + UInt64(count)) }
    }
  }
}
