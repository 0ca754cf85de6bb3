import Synchronization
import WippyCore

/// A process that was spawned: its PID, and its end.
public struct RunningProcess: Sendable {
  public let pid: ProcessID
  private let end: ProcessEnd

  init(pid: ProcessID, end: ProcessEnd) {
    self.pid = pid
    self.end = end
  }

  /// Waits for the end of the process; also after it, any number of times.
  public func exitReason() async -> ExitReason {
    await end.reason()
  }
}

/// The end of one process, for those who wait for it.
final class ProcessEnd: Sendable {
  private enum State {
    case running([CheckedContinuation<ExitReason, Never>])
    case ended(ExitReason)
  }

  private let state = Mutex(State.running([]))

  func complete(_ reason: ExitReason) {
    let waiting = state.withLock { state -> [CheckedContinuation<ExitReason, Never>] in
      guard case .running(let waiting) = state else { return [] }
      state = .ended(reason)
      return waiting
    }
    for continuation in waiting { continuation.resume(returning: reason) }
  }

  func reason() async -> ExitReason {
    await withCheckedContinuation { continuation in
      let reason = state.withLock { state -> ExitReason? in
        switch state {
        case .ended(let reason): return reason
        case .running(let waiting):
          state = .running(waiting + [continuation])
          return nil
        }
      }
      if let reason { continuation.resume(returning: reason) }
    }
  }
}
