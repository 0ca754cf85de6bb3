import Synchronization
import WippyCore

/// A function call that may run out of time or be given up. Its outcome is told once.
final class LuaRunningCall: Sendable {
  private struct State: Sendable {
    var token: CallToken?
    var timer: ReactorToken?
    var isOver = false
  }

  private let state = Mutex(State())
  private let system: any ProcessSystem
  private let reactor: any Reactor

  init(system: any ProcessSystem, reactor: any Reactor) {
    self.system = system
    self.reactor = reactor
  }

  /// - Parameter timeout: Nanoseconds.
  func start(
    _ request: CallRequest, timeout: Int64?, _ completion: @escaping @Sendable (LuaCallResult) -> Void
  ) {
    if let timeout {
      let deadline = reactor.now().advanced(byNanoseconds: UInt64(clamping: timeout))
      let timer = reactor.schedule(at: deadline) { [self] in
        guard end(cancelling: true) else { return }
        let text = "\(request.entry) did not answer within \(timeout / 1_000_000) ms"
        completion(.failure(LuaErrorValue(.timeout, text, retryable: true)))
      }
      let isOver = state.withLock { state in
        state.timer = timer
        return state.isOver
      }
      if isOver { reactor.cancel(timer) }
    }
    let token = system.call(request) { [self] result in
      if end(cancelling: false) { completion(LuaCallResult(result)) }
    }
    let isOver = state.withLock { state in
      state.token = token
      return state.isOver
    }
    if isOver { system.cancelCall(token) }
  }

  /// Gives the call up; `false` when it is over.
  @discardableResult
  func abandon() -> Bool { end(cancelling: true) }

  /// `true` for the first who says so.
  private func end(cancelling: Bool) -> Bool {
    let left = state.withLock { state -> (token: CallToken?, timer: ReactorToken?)? in
      guard !state.isOver else { return nil }
      state.isOver = true
      return (state.token, state.timer)
    }
    guard let left else { return false }
    if let timer = left.timer { reactor.cancel(timer) }
    if cancelling, let token = left.token { system.cancelCall(token) }
    return true
  }
}
