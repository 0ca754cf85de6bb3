import Logging
import Synchronization
import WippyCore
import WippyProcess

/// Writes log records of what services and supervisors do, passes on their changes, and remembers whom they had to kill.
final class SupervisionJournal: Sendable {
  let changes = ServiceChanges()
  private let logger: Logger
  private let killed = Mutex<[KilledProcess]>([])

  init(_ logger: Logger) {
    self.logger = logger
  }

  /// Processes that had to be killed since the last time.
  func takeKilled() -> [KilledProcess] {
    killed.withLock { killed in
      defer { killed = [] }
      return killed
    }
  }

  /// - Parameter entry: What the service runs.
  func note(_ status: ServiceStatus, after last: ServiceStatus?, of service: EntryID, running entry: EntryID) {
    let new = status.killed.filter { last?.killed.contains($0) != true }
    if !new.isEmpty { killed.withLock { $0 += new.map { KilledProcess(pid: $0, entry: entry) } } }
    changes.note(status, of: service)
    var fields: Logger.Metadata = ["entry": "\(service)"]
    if status.restarts > 0 { fields["restarts"] = "\(status.restarts)" }
    if let failure = status.lastFailure, status.lastFailure != last?.lastFailure {
      logger.warning("\(service) failed: \(failure)", metadata: fields)
    }
    guard status.state != last?.state else { return }
    // One that has never run fails the whole start, whose report names it.
    let hasRun = status.restarts > 0 || last?.processes.isEmpty == false
    let level: Logger.Level = status.state == .failed && hasRun ? .error : .info
    logger.log(level: level, "\(service) is \(status.state.rawValue)", metadata: fields)
  }

  /// - Parameter scheduler: Knows the entry of a process that is about to be killed.
  func note(_ report: SupervisorReport, of supervisor: EntryID, _ pid: ProcessID, in scheduler: Scheduler?) {
    var fields: Logger.Metadata = ["entry": "\(supervisor)", "pid": "\(pid)"]
    func log(_ level: Logger.Level, _ id: String, _ child: ProcessID?, _ text: String) {
      guard logger.logLevel <= level else { return }
      if let child { fields["child"] = "\(child)" }
      logger.log(level: level, "\(supervisor): child \(id) \(text)", metadata: fields)
    }
    switch report {
    case .childStarted(let id, let child, let restarts):
      log(.info, id, child, restarts == 0 ? "is running" : "is running again (restart \(restarts))")
    case .childStartFailed(let id, let failure):
      log(.error, id, nil, "did not start: \(failure)")
    case .childEnded(let id, let child, let reason, let willRestart):
      log(
        reason.isAbnormal ? .warning : .info, id, child,
        "ended: \(reason)\(willRestart ? "; it is restarted" : "")")
    case .childStopped(let id, let child, let reason):
      log(.info, id, child, "stopped: \(reason)")
    case .childKilled(let id, let child):
      let entry = scheduler?.info(child)?.entry ?? supervisor
      killed.withLock { $0.append(KilledProcess(pid: child, entry: entry)) }
      log(.warning, id, child, "did not stop within its `shutdown` time and is killed")
    case .intensityExceeded(let id, let limit, let period):
      log(
        .error, id, nil,
        "failed again, and `intensity` allows \(limit) restarts in \(period / 1_000_000) ms: the supervisor gives up")
    }
  }
}
