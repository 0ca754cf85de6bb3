import Glibc
import Synchronization
import WippyCore
import WippyWASI

/// What was written to a sink that does not take it yet.
///
/// It never waits: a writer that is `bound` ahead of the reader is told so, and asks to hear when there is room.
final class OutputQueue: Sendable {
  static let bound = 1 << 20
  /// What a writer that cannot wait is given; the rest is lost.
  private static let last = 64 << 20

  fileprivate struct State {
    var bytes: [UInt8] = []
    var isWaiting = false
    var isClosed = false
    var isCloseTold = false
    var observers: [(limit: Int, action: @Sendable () -> Void)] = []
  }

  private let sink: any OutputSink
  private let reactor: any Reactor
  private let onClosed: (@Sendable () -> Void)?
  private let state = Mutex(State())

  /// - Parameter onClosed: Called once, on any thread, when it turns out that nobody reads any more.
  init(_ sink: any OutputSink, _ reactor: any Reactor, onClosed: (@Sendable () -> Void)? = nil) {
    self.sink = sink
    self.reactor = reactor
    self.onClosed = onClosed
  }

  /// `true` when the reader is far behind.
  func write(_ bytes: [UInt8]) -> Bool {
    let isBehind = state.withLock { state in
      guard !state.isClosed, state.bytes.count + bytes.count <= max(OutputQueue.last, bytes.count) else { return false }
      state.bytes += bytes
      drain(&state)
      return state.bytes.count > OutputQueue.bound
    }
    tellIfClosed()
    return isBehind
  }

  private func tellIfClosed() {
    guard let onClosed else { return }
    let isNew = state.withLock { state in
      defer { state.isCloseTold = state.isClosed }
      return state.isClosed && !state.isCloseTold
    }
    if isNew { onClosed() }
  }

  /// Calls `action` once, on any thread, when at most `limit` bytes are left or nobody reads any more; `false`, without a
  /// call, when that is so now.
  func whenDrained(to limit: Int, _ action: @escaping @Sendable () -> Void) -> Bool {
    let isWaiting = state.withLock { state in
      drain(&state)
      guard state.bytes.count > limit else { return false }
      state.observers.append((limit, action))
      return true
    }
    tellIfClosed()
    return isWaiting
  }

  private func drain(_ state: inout State) {
    while !state.bytes.isEmpty {
      switch state.bytes.withUnsafeBytes({ sink.write($0) }) {
      case .accepted(0):
        if !wait(&state) { state.close() }
        return
      case .accepted(let count): state.bytes.removeFirst(count)
      case .closed, .failed, .http, .error: state.close()
      }
    }
  }

  /// `false` when there is nothing to wait for.
  private func wait(_ state: inout State) -> Bool {
    guard !state.isWaiting else { return true }
    guard case .descriptor(let descriptor, let readiness) = sink.readiness else { return false }
    state.isWaiting = true
    _ = reactor.whenReady(descriptor, for: readiness) {
      let actions = self.state.withLock { state in
        state.isWaiting = false
        self.drain(&state)
        return state.takeObservers()
      }
      self.tellIfClosed()
      for action in actions { action() }
    }
    return true
  }
}

extension OutputQueue.State {
  fileprivate mutating func close() {
    isClosed = true
    bytes = []
  }

  fileprivate mutating func takeObservers() -> [@Sendable () -> Void] {
    let count = bytes.count
    let ready = observers.filter { count <= $0.limit }.map(\.action)
    observers.removeAll { count <= $0.limit }
    return ready
  }
}
