import WippyCore

/// The part of a process that is seldom used, under its lock.
struct ProcessControl: Sendable {
  /// Why the process has to end.
  private(set) var stop: ExitReason?
  private(set) var isOver = false
  private(set) var observers: [Observer] = []
  var relations = Relations()
  /// The entry after an upgrade.
  var entry: EntryID?
  private var deadlineTimer: ReactorToken?
  private var graceTimer: ReactorToken?
  private var hasGrace = false

  /// Takes a reason to end: the first one, but a cancel gives way to what is not asked. `false` when it changes nothing.
  mutating func requestStop(_ reason: ExitReason) -> Bool {
    guard !isOver else { return false }
    if let stop, stop.kind != .cancelled || reason.kind == .cancelled { return false }
    stop = reason
    return true
  }

  mutating func add(_ observer: Observer) -> Bool {
    guard !isOver else { return false }
    observers.append(observer)
    return true
  }

  mutating func removeObserver(_ id: UInt64) -> Bool {
    guard let index = observers.firstIndex(where: { $0.id == id }) else { return false }
    observers.remove(at: index)
    return true
  }

  /// `false` when the process is over, and the timer of no use.
  mutating func setDeadlineTimer(_ token: ReactorToken) -> Bool {
    guard !isOver else { return false }
    deadlineTimer = token
    return true
  }

  /// The first cancel's grace time begins; `false` when one has begun already, or the process is over.
  mutating func beginGrace() -> Bool {
    guard !isOver, !hasGrace else { return false }
    hasGrace = true
    return true
  }

  /// `false` when the process is over, and the timer of no use.
  mutating func setGraceTimer(_ token: ReactorToken) -> Bool {
    guard !isOver else { return false }
    graceTimer = token
    return true
  }

  struct Rest: Sendable {
    var observers: [Observer]
    /// `nil` when there were none.
    var relations: Relations?
    var deadline: ReactorToken?
    var grace: ReactorToken?
  }

  /// What is left to do for an ended process. Whoever comes later finds it over.
  mutating func finish() -> Rest {
    var rest = Rest(observers: observers, deadline: deadlineTimer, grace: graceTimer)
    isOver = true
    observers = []
    if !relations.isEmpty { rest.relations = exchange(&relations, with: Relations()) }
    deadlineTimer = nil
    graceTimer = nil
    return rest
  }
}
