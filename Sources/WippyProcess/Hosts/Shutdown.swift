import Synchronization
import WippyCore

/// One shutdown on its way: it completes when the last host is drained.
final class Shutdown: Sendable {
  private struct State {
    var remaining: Int
    var killed: [ProcessID] = []
    var completion: (@Sendable ([ProcessID]) -> Void)?
    var timer: ReactorToken?
    var reactor: (any Reactor)?
  }

  private let state: Mutex<State>

  init(hosts: Int, _ completion: @escaping @Sendable ([ProcessID]) -> Void) {
    state = Mutex(State(remaining: hosts, completion: completion))
  }

  /// A host is drained, or the killing is done.
  func partDone() {
    let isLast = state.withLock { state in
      state.remaining -= 1
      return state.remaining == 0
    }
    if isLast { finish() }
  }

  /// Runs `kill`, and keeps the shutdown open until its list is there: what it kills may be gone before that.
  func kill(_ kill: () -> [ProcessID]) {
    let isOpen = state.withLock { state in
      guard state.completion != nil, state.remaining > 0 else { return false }
      state.remaining += 1
      return true
    }
    guard isOpen else { return }
    let killed = kill()
    state.withLock { $0.killed = killed }
    partDone()
  }

  /// The timer that is to be cancelled when the shutdown completes.
  func setTimer(_ token: ReactorToken, _ reactor: any Reactor) {
    let isOver = state.withLock { state in
      if state.completion == nil { return true }
      state.timer = token
      state.reactor = reactor
      return false
    }
    if isOver { reactor.cancel(token) }
  }

  func finish() {
    let (completion, killed, timer, reactor) = state.withLock { state in
      defer {
        state.completion = nil
        state.timer = nil
        state.reactor = nil
      }
      return (state.completion, state.killed, state.timer, state.reactor)
    }
    if let timer, let reactor { reactor.cancel(timer) }
    completion?(killed)
  }
}
