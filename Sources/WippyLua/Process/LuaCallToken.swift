import Synchronization
import WippyCore

/// A call that has begun, or is about to: whoever comes second, its token or its cancellation, sees the other.
final class LuaCallToken: Sendable {
  private struct State: Sendable {
    var token: CallToken?
    var isCancelled = false
  }

  private let state = Mutex(State())

  func set(_ token: CallToken, in system: any ProcessSystem) {
    let isCancelled = state.withLock { state in
      state.token = token
      return state.isCancelled
    }
    if isCancelled { system.cancelCall(token) }
  }

  func cancel(in system: any ProcessSystem) {
    let token = state.withLock { state in
      state.isCancelled = true
      return state.token
    }
    if let token { system.cancelCall(token) }
  }
}

extension LuaTicket {
  /// Completes a call that waited for its result: `value`, or `nil, err`.
  func finish(_ result: Result<ExitReason, RequestFailure>) {
    switch LuaCallResult(result) {
    case .success(let value): complete { $0.push(orNil: value) }
    case .failure(let error): fail(error)
    }
  }
}

/// What a call ended with, as the caller sees it.
typealias LuaCallResult = Result<Value?, LuaErrorValue>

extension LuaCallResult {
  init(_ result: Result<ExitReason, RequestFailure>) {
    switch result {
    case .failure(let failure): self = .failure(LuaErrorValue(failure))
    case .success(.normal(let value)): self = .success(value)
    case .success(let reason):
      // An error that the function returned is passed on as it is.
      if case .error(let value) = reason, let own = LuaErrorValue(value) {
        self = .failure(own)
      } else {
        self = .failure(LuaErrorValue(reason) ?? LuaErrorValue(.internal, reason.description))
      }
    }
  }
}
