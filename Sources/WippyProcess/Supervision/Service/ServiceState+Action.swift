import WippyCore

extension ServiceState {
  /// Names one start, or one timer.
  package struct Token: Hashable, Sendable {
    package let id: UInt64
  }

  package enum Event: Sendable {
    case start
    case started(Token, ProcessID)
    case startFailed(Token, SpawnFailure)
    case exited(ProcessID, ExitReason)
    case timer(Token)
    case stop(ExitReason)
  }

  package enum Action: Sendable, Hashable {
    case spawn(Token, restarts: Int)
    /// Ask to stop; the service has a timer of its own.
    case cancel(ProcessID)
    case terminate(ProcessID)
    case setTimer(Token, nanoseconds: UInt64)
    case clearTimer(Token)
    case changed(ServiceStatus)
    /// Nothing is left: end with this reason. The last action ever.
    case end(ExitReason)
  }
}
