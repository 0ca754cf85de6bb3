import NIOCore
import Synchronization
import WippyCore

/// One request on its way: what it has come to, and whether it was given up.
final class ClientCall: HTTPClientCall {
  private struct State: Sendable {
    var completion: (@Sendable (Result<HTTPClientResponse, HTTPFailure>) -> Void)?
    var isCancelled = false
    var onCancel: (@Sendable () -> Void)?
  }

  let request: HTTPClientRequest
  private let state: Mutex<State>

  init(
    _ request: HTTPClientRequest, _ completion: @escaping @Sendable (Result<HTTPClientResponse, HTTPFailure>) -> Void
  ) {
    self.request = request
    state = Mutex(State(completion: completion))
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Only the first one counts.
  func complete(_ result: Result<HTTPClientResponse, HTTPFailure>) {
    let completion = state.withLock { $0.completion.take() }
    if case .failure = result { request.body?.stopReading() }
    completion?(result)
  }

  func cancel() {
    let action = state.withLock { state in
      state.isCancelled = true
      state.completion = nil
      return state.onCancel.take()
    }
    request.body?.stopReading()
    action?()
  }

  /// What a cancel does from here on; at once when there was one.
  func onCancel(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.onCancel = action
      return state.isCancelled
    }
    if isLate { action() }
  }
}
