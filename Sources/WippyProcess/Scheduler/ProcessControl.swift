import WippyCore

/// The part of a process that is seldom used, under its lock.
struct ProcessControl: Sendable {
  /// Why the process has to end.
  private(set) var stop: ExitReason?
  private(set) var isOver = false
  private(set) var monitors: [Monitor] = []
  private var deadlineTimer: ReactorToken?
  private var graceTimer: ReactorToken?

  /// Takes a reason to end: the first one, but a cancel gives way to what is not asked. `false` when it changes nothing.
  mutating func requestStop(_ reason: ExitReason) -> Bool {
    guard !isOver else { return false }
    if let stop, stop.kind != .cancelled || reason.kind == .cancelled { return false }
    stop = reason
    return true
  }

  mutating func add(_ monitor: Monitor) -> Bool {
    guard !isOver else { return false }
    monitors.append(monitor)
    return true
  }

  mutating func removeMonitor(_ id: UInt64) -> Bool {
    guard let index = monitors.firstIndex(where: { $0.id == id }) else { return false }
    monitors.remove(at: index)
    return true
  }

  mutating func setDeadlineTimer(_ token: ReactorToken) {
    deadlineTimer = token
  }

  /// `false` when a grace timer runs already, or the process is over.
  mutating func setGraceTimer(_ token: ReactorToken) -> Bool {
    guard !isOver, graceTimer == nil else { return false }
    graceTimer = token
    return true
  }

  /// What is left to do for an ended process. Whoever comes later finds it over.
  mutating func finish() -> (monitors: [Monitor], deadline: ReactorToken?, grace: ReactorToken?) {
    defer {
      isOver = true
      monitors = []
      deadlineTimer = nil
      graceTimer = nil
    }
    return (monitors, deadlineTimer, graceTimer)
  }
}
