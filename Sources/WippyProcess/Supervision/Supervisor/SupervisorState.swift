import DequeModule
import WippyCore

/// What a supervisor decides: a value that turns events into actions. It has no clock and does nothing itself.
///
/// It is Erlang/OTP's supervisor as far as the outside can tell. OTP's waits inside each start and each stop, and finds
/// what came meanwhile in its mailbox afterwards; here that is one `operation` at a time, and a queue of what came
/// meanwhile.
package struct SupervisorState: Sendable {
  /// A child's key: they count up, so that their order is the order of the specifications.
  typealias ChildKey = UInt64

  struct Child: Sendable {
    enum Status: Sendable, Hashable {
      case stopped
      case running(ProcessID)
      /// A restart failed, and will be tried again. The PID is its last one.
      case restarting(ProcessID?)
    }

    var specification: ChildSpecification
    var status: Status
    /// Starts after the first one.
    var restarts = 0
  }

  /// What waits until the operation is over.
  private enum Waiting: Sendable {
    case exit(ProcessID, ExitReason)
    case retry(ChildKey)
    case request(RequestToken, SupervisorCommand)
    case stop(ExitReason)
  }

  let strategy: RestartStrategy
  private let template: [ChildSpecification]
  var intensity: RestartIntensity
  var children: [ChildKey: Child] = [:]
  var operation: Operation?
  private var keys: [ProcessID: ChildKey] = [:]
  private var lastKey: ChildKey = 0
  private var lastToken: UInt64 = 0
  private var queue: Deque<Waiting> = []
  /// Restarts that are to be tried again after `resume`.
  var retries: [ChildKey] = []
  /// Children that have ended while an operation runs, and whose end is in `queue`.
  var ended: [ProcessID: ExitReason] = [:]
  var isOver = false
  var actions: [Action] = []

  package init(_ specification: SupervisorSpecification) {
    strategy = specification.strategy
    template = specification.children
    intensity = RestartIntensity(limit: specification.intensity, period: specification.period)
  }

  /// Takes one event and says what is to be done, in this order.
  package mutating func handle(_ event: Event, at now: MonotonicTime) -> [Action] {
    guard !isOver else { return [] }
    switch event {
    case .begin: begin()
    case .started(let token, let pid): started(token, pid)
    case .startFailed(let token, let failure): startFailed(token, failure)
    case .timer(let token): timerFired(token)
    case .exited(let pid, let reason):
      guard keys[pid] != nil else { break }
      if operation?.awaits(pid) == true {
        stopped(pid, reason)
      } else {
        if operation != nil { ended[pid] = reason }
        queue.append(.exit(pid, reason))
      }
    case .request(let token, let command): queue.append(.request(token, command))
    case .stop(let reason): queue.append(.stop(reason))
    case .resume:
      for key in retries { queue.append(.retry(key)) }
      retries = []
    }
    proceed(at: now)
    defer { actions = [] }
    return actions
  }

  /// Goes on until there is something to wait for.
  private mutating func proceed(at now: MonotonicTime) {
    while !isOver {
      if operation != nil {
        guard advance() else { return }
      } else if let next = queue.popFirst() {
        take(next, at: now)
      } else {
        return
      }
    }
  }

  /// The last action. Whoever asked is answered before it, because nobody acts after it.
  mutating func finish(_ reason: ExitReason) {
    for case .request(let token, _) in queue { actions.append(.reply(token, .failure(.ended))) }
    queue = []
    isOver = true
    actions.append(.end(reason))
  }

  private mutating func take(_ waiting: Waiting, at now: MonotonicTime) {
    switch waiting {
    case .exit(let pid, let reason):
      ended[pid] = nil
      // A sweep that stopped the child has seen its end already.
      guard let key = keys[pid] else { return }
      childEnded(key, pid, reason, at: now)
    case .retry(let key):
      guard case .restarting = children[key]?.status else { return }
      restart(key, at: now)
    case .request(let token, let command):
      obey(command, token)
    case .stop(let reason):
      stopAll(then: reason)
    }
  }

  private mutating func begin() {
    if strategy == .simpleOneForOne {
      actions.append(.initialized)
      return
    }
    let added = template.map { add($0) }
    operation = Operation(.initialStart, starts: added)
  }

  // MARK: Children

  /// A new child, which does not run yet.
  mutating func add(_ specification: ChildSpecification) -> ChildKey {
    lastKey += 1
    children[lastKey] = Child(specification: specification, status: .stopped)
    return lastKey
  }

  mutating func setStatus(_ key: ChildKey, _ status: Child.Status) {
    guard let old = children[key]?.status else { return }
    switch old {
    case .running(let pid), .restarting(let pid?): keys[pid] = nil
    case .restarting(nil), .stopped: break
    }
    switch status {
    case .running(let pid), .restarting(let pid?): keys[pid] = key
    case .restarting(nil), .stopped: break
    }
    children[key]?.status = status
  }

  mutating func remove(_ key: ChildKey) {
    setStatus(key, .stopped)
    children[key] = nil
  }

  /// What becomes of a child that has ended and is not restarted: a temporary one is forgotten, and so is every one of
  /// `simple_one_for_one`.
  mutating func settle(_ key: ChildKey) {
    if strategy == .simpleOneForOne || children[key]?.specification.restart == .temporary {
      remove(key)
    } else {
      setStatus(key, .stopped)
    }
  }

  /// All children, first started first.
  var order: [ChildKey] { children.keys.sorted() }

  func child(_ pid: ProcessID) -> ChildKey? { keys[pid] }

  /// The children that run, first started first, and how each is stopped.
  package var running: [(pid: ProcessID, specification: ChildSpecification)] {
    order.compactMap { key in
      guard let child = children[key], case .running(let pid) = child.status else { return nil }
      return (pid, child.specification)
    }
  }

  /// Of children by their id; with `simple_one_for_one` they have none of their own.
  func child(id: String) -> ChildKey? {
    children.first { $0.value.specification.id == id }?.key
  }

  var templateChild: ChildSpecification? { template.first }

  mutating func makeToken() -> UInt64 {
    lastToken += 1
    return lastToken
  }
}
