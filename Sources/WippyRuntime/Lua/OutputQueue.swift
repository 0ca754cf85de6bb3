import Glibc
import Synchronization
import WippyCore
import WippyWASI

/// What was written to a sink that does not take it yet.
///
/// A writer that is `bound` ahead of the reader waits for it on its thread.
final class OutputQueue: Sendable {
  static let bound = 1 << 20

  private struct State {
    var bytes: [UInt8] = []
    var isWaiting = false
    var isClosed = false
  }

  private let sink: any OutputSink
  private let reactor: any Reactor
  private let state = Mutex(State())

  init(_ sink: any OutputSink, _ reactor: any Reactor) {
    self.sink = sink
    self.reactor = reactor
  }

  func write(_ bytes: [UInt8]) {
    let isFull = state.withLock { state in
      guard !state.isClosed else { return false }
      state.bytes += bytes
      drain(&state)
      return state.bytes.count > OutputQueue.bound
    }
    if isFull { waitForReader(until: OutputQueue.bound / 2) }
  }

  /// Waits until everything is written, or nobody reads any more.
  func flush() { waitForReader(until: 0) }

  private func waitForReader(until limit: Int) {
    while true {
      let readiness: WaitCondition? = state.withLock { state in
        drain(&state)
        return state.bytes.count > limit ? sink.readiness : nil
      }
      guard case .descriptor(let descriptor, _)? = readiness else { return }
      var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&request, 1, 100)
    }
  }

  private func drain(_ state: inout State) {
    while !state.bytes.isEmpty {
      switch state.bytes.withUnsafeBytes({ sink.write($0) }) {
      case .accepted(0):
        wait(&state)
        return
      case .accepted(let count): state.bytes.removeFirst(count)
      case .closed, .failed, .error:
        state.isClosed = true
        state.bytes = []
      }
    }
  }

  private func wait(_ state: inout State) {
    guard !state.isWaiting, case .descriptor(let descriptor, let readiness) = sink.readiness else { return }
    state.isWaiting = true
    _ = reactor.whenReady(descriptor, for: readiness) {
      self.state.withLock { state in
        state.isWaiting = false
        self.drain(&state)
      }
    }
  }
}
