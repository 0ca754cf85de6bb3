import WippyCore

extension SupervisorState {
  /// Names one start of a child until its outcome is known.
  package struct StartToken: Hashable, Sendable {
    package let id: UInt64
  }

  /// Names one timer.
  package struct TimerToken: Hashable, Sendable {
    package let id: UInt64
  }

  /// Names one request; whoever feeds the events chooses it.
  package struct RequestToken: Hashable, Sendable {
    package let id: UInt64
    package init(id: UInt64) { self.id = id }
  }

  package enum Event: Sendable {
    /// The first event: start the children.
    case begin
    case started(StartToken, ProcessID)
    case startFailed(StartToken, SpawnFailure)
    /// A process has ended, a child or another one.
    case exited(ProcessID, ExitReason)
    case timer(TimerToken)
    case request(RequestToken, SupervisorCommand)
    /// It has to stop, and ends with this reason: a cancel, or the end of its parent.
    case stop(ExitReason)
    /// Answers `resumeLater`.
    case resume
  }

  package enum Action: Sendable, Hashable {
    /// Spawn a child, linked. Its arguments are the specification's.
    case start(StartToken, ChildSpecification, restarts: Int)
    /// Ask a child to stop; it has no other grace time than this supervisor's.
    case cancel(ProcessID)
    case terminate(ProcessID)
    case setTimer(TimerToken, nanoseconds: UInt64)
    case clearTimer(TimerToken)
    case reply(RequestToken, Result<SupervisorAnswer, SupervisorRefusal>)
    /// All children of the specification run: Init is complete.
    case initialized
    /// Send `resume` after the events that have arrived by now.
    case resumeLater
    case report(SupervisorReport)
    /// No child is left: end with this reason. The last action ever.
    case end(ExitReason)
  }
}

/// What a supervisor tells logs and observers.
package enum SupervisorReport: Sendable, Hashable {
  case childStarted(id: String, ProcessID, restarts: Int)
  case childStartFailed(id: String, SpawnFailure)
  /// A child ended without being asked.
  case childEnded(id: String, ProcessID, ExitReason, willRestart: Bool)
  /// A child was stopped, as it had to be.
  case childStopped(id: String, ProcessID, ExitReason)
  /// A child did not stop within its time.
  case childKilled(id: String, ProcessID)
  case intensityExceeded(id: String, limit: Int, period: UInt64)
}
