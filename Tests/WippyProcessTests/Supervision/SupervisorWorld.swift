import WippyCore
import WippyProcess
import WippyTestKit

/// The processes that a supervisor's state believes in, and what must hold of them after every event.
struct SupervisorWorld {
  let specification: SupervisorSpecification
  var state: SupervisorState
  var now = MonotonicTime(nanoseconds: 1_000_000_000)
  /// By their children's ids.
  var alive: [ProcessID: String] = [:]
  /// Starts whose outcome the world owes.
  var starts: [(token: SupervisorState.StartToken, id: String)] = []
  /// Asked to stop.
  var asked: Set<ProcessID> = []
  var timers: Set<SupervisorState.TimerToken> = []
  var open: Set<SupervisorState.RequestToken> = []
  var resumes = false
  var isInitialized = false
  var end: ExitReason?
  var violations: [String] = []
  private var serial: UInt64 = 0
  /// When restarts happened without being asked for: what `intensity` bounds.
  private var restarts: [MonotonicTime] = []
  private var counted: Set<String> = []

  init(_ specification: SupervisorSpecification) {
    self.specification = specification
    state = SupervisorState(specification)
  }

  mutating func feed(_ event: SupervisorState.Event) {
    let isOver = end != nil
    let actions = state.handle(event, at: now)
    if isOver, !actions.isEmpty { violations.append("actions after the end: \(actions)") }
    var failed: String?
    for action in actions { perform(action, &failed) }
    check()
  }

  private mutating func perform(_ action: SupervisorState.Action, _ failed: inout String?) {
    switch action {
    case .start(let token, let child, _):
      if !starts.isEmpty { violations.append("two starts at a time") }
      if alive.values.contains(child.id), specification.strategy != .simpleOneForOne {
        violations.append("\(child.id) started beside itself")
      }
      starts.append((token, child.id))
    case .cancel(let pid): ask(pid, "cancel")
    case .terminate(let pid):
      if alive[pid] == nil { violations.append("terminate of \(pid), which has ended") }
      asked.insert(pid)
    case .setTimer(let token, _):
      if !timers.insert(token).inserted { violations.append("a timer twice") }
    case .clearTimer(let token):
      timers.remove(token)
    case .reply(let request, _):
      if open.remove(request) == nil { violations.append("a second answer") }
    case .initialized:
      if isInitialized { violations.append("initialized twice") }
      isInitialized = true
    case .resumeLater: resumes = true
    case .report(.childEnded(_, _, _, willRestart: true)): count()
    case .report(.intensityExceeded): restarts.removeLast()
    case .report: break
    case .end(let reason):
      end = reason
      if !alive.isEmpty { violations.append("ended before \(alive.values.sorted())") }
      if !timers.isEmpty { violations.append("ended with timers") }
      if !open.isEmpty { violations.append("ended without \(open.count) answers") }
    }
  }

  private mutating func ask(_ pid: ProcessID, _ what: String) {
    if alive[pid] == nil { violations.append("\(what) of \(pid), which has ended") }
    let others = asked.filter { alive[$0] != nil }
    if specification.strategy != .simpleOneForOne, !others.isEmpty {
      violations.append("stops \(alive[pid] ?? "?") while \(others.compactMap { alive[$0] }) stop")
    }
    asked.insert(pid)
  }

  /// One more restart than `intensity` allows would have to be followed by the report that takes it back.
  private mutating func count() {
    restarts.append(now)
  }

  private mutating func check() {
    let recent = restarts.filter { now.nanoseconds(since: $0) <= specification.period }
    if recent.count > specification.intensity, end == nil, recent.last == now, asked.isEmpty {
      violations.append("\(recent.count) restarts in a period")
    }
    guard end == nil else { return }
    let known = Set(state.running.map(\.pid))
    for (pid, id) in alive where !known.contains(pid) { violations.append("\(id) (\(pid)) is forgotten") }
  }

  // MARK: What the world does

  mutating func start(succeeds: Bool) {
    guard let start = starts.popLast() else { return }
    if succeeds {
      serial += 1
      let pid = ProcessID(host: "test:host", serial: serial)
      alive[pid] = start.id
      feed(.started(start.token, pid))
    } else {
      feed(.startFailed(start.token, RequestFailure("no", kind: .internal)))
    }
  }

  mutating func exit(_ pid: ProcessID, _ reason: ExitReason) {
    guard alive.removeValue(forKey: pid) != nil else { return }
    asked.remove(pid)
    feed(.exited(pid, reason))
  }

  mutating func resume() {
    guard resumes else { return }
    resumes = false
    feed(.resume)
  }

  mutating func request(_ id: UInt64, _ command: SupervisorCommand) {
    guard end == nil else { return }
    let token = SupervisorState.RequestToken(id: id)
    open.insert(token)
    feed(.request(token, command))
  }

  /// Everything that is owed happens at once.
  mutating func settle() {
    for _ in 0..<10_000 where end == nil {
      if !starts.isEmpty {
        start(succeeds: true)
      } else if let pid = asked.first(where: { alive[$0] != nil }) {
        exit(pid, .cancelled(reason: nil))
      } else if resumes {
        resume()
      } else {
        return
      }
    }
  }
}
