import Synchronization
import WippyCore

/// One function call on its way.
final class Call: Sendable {
  typealias Completion = @Sendable (Result<ExitReason, RequestFailure>) -> Void

  private enum State: Sendable {
    /// Its program is being made.
    case preparing(Completion)
    case running(ScheduledProcess, Completion)
    case over
  }

  let id: UInt64
  let caller: ScheduledProcess?
  private let state: Mutex<State>

  init(id: UInt64, caller: ScheduledProcess?, _ completion: @escaping Completion) {
    self.id = id
    self.caller = caller
    state = Mutex(.preparing(completion))
  }

  var isOver: Bool {
    state.withLock { if case .over = $0 { true } else { false } }
  }

  /// The call has its process; `false` when it was given up meanwhile.
  func run(_ process: ScheduledProcess) -> Bool {
    state.withLock { state in
      guard case .preparing(let completion) = state else { return false }
      state = .running(process, completion)
      return true
    }
  }

  /// Ends the call: the completion, for the first who asks.
  func finish() -> Completion? {
    state.withLock { state in
      defer { state = .over }
      switch state {
      case .preparing(let completion), .running(_, let completion): return completion
      case .over: return nil
      }
    }
  }

  enum Cancellation: Sendable {
    /// There is no process yet.
    case complete
    case stop(ScheduledProcess)
    case tooLate
  }

  func cancel() -> Cancellation {
    state.withLock { state in
      switch state {
      case .preparing: .complete
      case .running(let process, _): .stop(process)
      case .over: .tooLate
      }
    }
  }
}
