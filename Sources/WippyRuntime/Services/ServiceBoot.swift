import Synchronization
import WippyCore
import WippyProcess
import WippyRegistry

/// Starts services and supervisors in the order of what they need, and stops them in reverse: it does what `BootPlan` says.
///
/// Each unit is a process of its own (`ServiceProgram`), which starts, restarts and stops what the entry names.
final class ServiceBoot: Sendable {
  /// Called once, on any thread.
  typealias Completion = @Sendable (BootPlan.Report) -> Void

  private struct State {
    var plan: BootPlan
    var events: [BootPlan.Event] = []
    /// Somebody takes the events: what they ask for happens in their order.
    var isHandling = false
    var timers: [EntryID: ReactorToken] = [:]
    var processes: [EntryID: ProcessID] = [:]
    var statuses: [EntryID: ServiceStatus] = [:]
    var onBooted: Completion?
    var onStopped: [Completion] = []
    var stopped: BootPlan.Report?
  }

  private let units: [EntryID: (unit: ServiceUnit, host: Host)]
  private let scheduler: Scheduler
  private let journal: SupervisionJournal
  private let state: Mutex<State>

  /// - Throws: `RuntimeError.services` when units need each other.
  init(
    _ units: [(unit: ServiceUnit, host: Host)], scheduler: Scheduler, journal: SupervisionJournal
  ) throws(RuntimeError) {
    self.units = Dictionary(units.map { ($0.unit.id, $0) }, uniquingKeysWith: { first, _ in first })
    self.scheduler = scheduler
    self.journal = journal
    do {
      state = Mutex(State(plan: try BootPlan(units.map(\.unit).planned)))
    } catch {
      throw .services(problems: [Self.diagnostic(error, units.map(\.unit)).description])
    }
  }

  /// Units that need each other in a circle; `nil` when there are none.
  static func cycle(_ units: [ServiceUnit]) -> Diagnostic? {
    do {
      _ = try BootPlan(units.planned)
      return nil
    } catch {
      return diagnostic(error, units)
    }
  }

  private static func diagnostic(_ problem: BootPlan.Problem, _ units: [ServiceUnit]) -> Diagnostic {
    let id: EntryID? =
      switch problem {
      case .cycle(let ids): ids.first
      case .duplicate(let id), .unknown(let id, _): id
      }
    guard let entry = (units.first { $0.id == id } ?? units.first)?.entry else {
      return Diagnostic(.error, SourcePosition(file: "?"), "\(problem)")
    }
    return entry.diagnostic(.error, "\(problem): remove one of the references")
  }

  /// Starts everything; `completion` hears when every unit runs or has failed.
  func start(_ completion: @escaping Completion) {
    state.withLock { $0.onBooted = completion }
    post(.begin)
  }

  /// Stops everything, each unit within its own time.
  func stop(_ completion: @escaping Completion) {
    let report = state.withLock { state in
      if state.stopped == nil { state.onStopped.append(completion) }
      return state.stopped
    }
    if let report { completion(report) } else { post(.stop) }
  }

  // MARK: Events

  private func post(_ event: BootPlan.Event) {
    let isFirst = state.withLock { state in
      state.events.append(event)
      defer { state.isHandling = true }
      return !state.isHandling
    }
    guard isFirst else { return }
    while let actions = nextActions() {
      for action in actions { perform(action) }
    }
  }

  private func nextActions() -> [BootPlan.Action]? {
    state.withLock { state in
      guard !state.events.isEmpty else {
        state.isHandling = false
        return nil
      }
      return state.plan.handle(state.events.removeFirst())
    }
  }

  private func perform(_ action: BootPlan.Action) {
    switch action {
    case .start(let id): start(id)
    case .stop(let id): stop(id)
    case .setTimer(let id, let nanoseconds):
      let reactor = scheduler.reactor
      let token = reactor.schedule(at: reactor.now().advanced(byNanoseconds: nanoseconds)) { [weak self] in
        self?.startTimedOut(id)
      }
      state.withLock { $0.timers[id] = token }
    case .clearTimer(let id):
      let token = state.withLock { $0.timers.removeValue(forKey: id) }
      if let token { scheduler.reactor.cancel(token) }
    case .booted(let report):
      let completion = state.withLock { state in
        defer { state.onBooted = nil }
        return state.onBooted
      }
      completion?(report)
    case .stopped(let report):
      let completions = state.withLock { state in
        defer { state.onStopped = [] }
        state.stopped = report
        return state.onStopped
      }
      for completion in completions { completion(report) }
    }
  }

  // MARK: Units

  private func start(_ id: EntryID) {
    guard let (unit, host) = units[id] else { return }
    let program = ServiceProgram(
      unit.specification, observer: { [weak self] _, status in self?.changed(id, status) })
    do {
      let pid = try scheduler.spawn(
        program, entry: id, host: host, limits: .ofSupervision,
        onStarted: { [weak self] result in
          guard case .failed(let reason) = result else { return }
          self?.post(.failed(id, message: "\(reason)"))
          self?.post(.stopped(id, killed: []))
        }, onExit: { [weak self] _, reason in self?.ended(id, reason) })
      state.withLock { $0.processes[id] = pid }
    } catch {
      program.close()
      post(.failed(id, message: "\(error)"))
    }
  }

  private func stop(_ id: EntryID) {
    let pid = state.withLock { $0.processes[id] }
    // One that is ending already says so itself.
    guard let pid else { return post(.stopped(id, killed: [])) }
    scheduler.cancel(pid, reason: "shutdown", from: nil, graceMilliseconds: .max)
  }

  private func changed(_ id: EntryID, _ status: ServiceStatus) {
    let last = state.withLock { $0.statuses.updateValue(status, forKey: id) }
    if let process = units[id]?.unit.specification.process {
      journal.note(status, after: last, of: id, running: process)
    }
    switch status.state {
    case .running: post(.running(id))
    case .failed, .exited: post(.failed(id, message: status.lastFailure ?? "it ended at once"))
    case .unknown, .starting, .stopping, .stopped: break
    }
  }

  private func ended(_ id: EntryID, _ reason: ExitReason) {
    // Only of a unit that has never run.
    post(.failed(id, message: "it ended: \(reason)"))
    post(.stopped(id, killed: []))
  }

  private func startTimedOut(_ id: EntryID) {
    let failure = state.withLock { $0.statuses[id]?.lastFailure }
    guard let failure else { return post(.startTimeout(id)) }
    post(.failed(id, message: "it did not run within `start_timeout`; the last failure: \(failure)"))
  }
}

extension [ServiceUnit] {
  fileprivate var planned: [BootPlan.Unit] {
    map { BootPlan.Unit(id: $0.id, requires: $0.requires, startTimeout: $0.startTimeout) }
  }
}

extension WippyCore.ProcessLimits {
  /// Services and supervisors take all the time that what they run may take to stop.
  static let ofSupervision = WippyCore.ProcessLimits(cancelGraceMilliseconds: .max)
}
