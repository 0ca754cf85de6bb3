import Synchronization
import WippyComponent
import WippyCore

/// A function call that a parked process waits for; the process's end gives it up.
final class FunctionCallOperation: PendingOperation {
  private struct State: Sendable {
    var result: Result<Value?, RequestFailure>?
    var token: CallToken?
    var isCancelled = false
  }

  private let state = Mutex(State())
  private let access: FunctionAccess

  init(_ access: FunctionAccess, target: String, argument: Value, wake: @escaping @Sendable () -> Void) {
    self.access = access
    let token = access.call(target, argument) { [self] result in
      let isWanted = state.withLock { state in
        state.result = result
        return !state.isCancelled
      }
      if isWanted { wake() }
    }
    state.withLock { $0.token = token }
  }

  var isComplete: Bool { state.withLock { $0.result != nil } }

  var result: Result<Value?, RequestFailure>? { state.withLock { $0.result } }

  func cancel() {
    let token = state.withLock { state in
      state.isCancelled = true
      return state.result == nil ? state.token : nil
    }
    if let token { access.cancel(token) }
  }
}
