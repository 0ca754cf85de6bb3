import Glibc
import Synchronization
import WippyCore

/// The scheduler's record of one process, and the context that its program sees.
///
/// Unchecked: the fields under "holder" belong to the worker that holds the process (it took it from a queue and has
/// not given it back); the state word's exchanges hand them from one worker to the next. Everything else is
/// constant, atomic or locked.
final class ScheduledProcess: ProcessContext, @unchecked Sendable {
  let pid: ProcessID
  let host: Host
  let limits: ProcessLimits
  let spawnTime: MonotonicTime
  let scheduler: Scheduler
  let origin: Origin?
  let spawnEntry: EntryID

  /// Nanoseconds on a worker in the steps that have ended.
  let cpuTime = Atomic<UInt64>(0)
  /// When the running step began, in nanoseconds.
  let stepStart = Atomic<UInt64>(0)
  /// What few processes have: stop requests, timers, and what ties them to others.
  let control = Mutex(ProcessControl())
  let mailbox = Mutex(Mailbox())
  private let word = Atomic<UInt32>(ProcessState().bits)

  // Holder (others read it only while they have pinned the program):
  private(set) var program: (any ProcessProgram)?
  var onStarted: (@Sendable (StartResult) -> Void)?
  var onExit: ExitObserver?
  var hasBegun = false
  /// A program that took the place of another one is in its Init.
  var isUpgrading = false
  unowned(unsafe) var worker: Worker?

  init(
    pid: ProcessID, entry: EntryID, host: Host, limits: ProcessLimits, program: any ProcessProgram,
    scheduler: Scheduler, spawnTime: MonotonicTime, origin: Origin?,
    onStarted: (@Sendable (StartResult) -> Void)?, onExit: ExitObserver?
  ) {
    self.pid = pid
    self.spawnEntry = entry
    self.origin = origin
    self.host = host
    self.limits = limits
    self.program = program
    self.scheduler = scheduler
    self.spawnTime = spawnTime
    self.onStarted = onStarted
    self.onExit = onExit
    if program.hasMailbox { mailbox.withLock { $0.open() } }
  }

  var state: ProcessState { ProcessState(bits: word.load(ordering: .acquiring)) }

  /// Changes the state and returns what is to be done.
  ///
  /// It writes even when nothing changes: a wake that finds the process queued has to be ordered before the step
  /// which is to see what the wake was about.
  @inline(__always)
  func transition<Action>(_ body: (inout ProcessState) -> Action) -> Action {
    var old = word.load(ordering: .relaxed)
    while true {
      var new = ProcessState(bits: old)
      let action = body(&new)
      let (exchanged, current) = word.weakCompareExchange(
        expected: old, desired: new.bits, ordering: .acquiringAndReleasing)
      if exchanged { return action }
      old = current
    }
  }

  /// When it has to have ended: its entry's limit, or the deadline of the call that it is, if that is earlier.
  var deadline: MonotonicTime? {
    let allowed = limits.maxExecutionMilliseconds
    let own = allowed > 0 ? spawnTime.advanced(byNanoseconds: allowed.millisecondsAsNanoseconds) : nil
    guard let inherited = origin?.deadline else { return own }
    return own.map { min($0, inherited) } ?? inherited
  }

  // MARK: ProcessContext

  var reactor: any Reactor { scheduler.reactor }

  var system: any ProcessSystem { scheduler }
  var inherited: ProcessInheritance { origin?.inheritance ?? ProcessInheritance() }
  var entry: EntryID { control.withLock { $0.entry } ?? spawnEntry }

  func receive() -> ProcessEvent? {
    mailbox.withLock { $0.next() }
  }

  func wake() {
    if transition({ $0.wake() }) == .enqueue {
      scheduler.enqueueWoken(self)
    }
  }

  func interruption() -> Interruption {
    if ProcessState(bits: word.load(ordering: .relaxed)).isStopRequested { return .yield }
    guard let worker else { return .proceed }
    // Whoever lends a thread needs it back.
    if worker.isBorrowed, scheduler.isStopping.load(ordering: .relaxed) { return .yield }
    guard worker.isSliceOver.load(ordering: .relaxed) else { return .proceed }
    return worker.isBorrowed || worker.hasWoken || scheduler.hasQueuedWork ? .yield : .proceed
  }

  // MARK: The program, from other threads

  /// Calls the program unless it is closing or closed.
  func withProgram<Result>(_ body: (any ProcessProgram) -> Result) -> Result? {
    while true {
      if transition({ $0.pinProgram() }) { break }
      guard state.isReplacing else { return nil }
      sched_yield()
    }
    defer { transition { $0.unpin() } }
    return program.map(body)
  }

  /// Delivers a cancel to a program without a mailbox that handles it; `false` when it does not.
  func deliverCancel(reason: String?) -> Bool {
    withProgram { program in
      guard program.handlesCancel else { return false }
      program.receiveCancel(reason: reason)
      return true
    } ?? false
  }

  /// Interrupts the program if its step runs.
  func interruptStep() {
    guard transition({ $0.pinStep() }) else { return }
    defer { transition { $0.unpin() } }
    program?.interrupt()
  }

  /// Closes the program, once those who have pinned it are done. For the worker that holds the process.
  func closeProgram() {
    // They are in a call that takes nanoseconds, so giving up the processor is all that waiting needs.
    while state.pins > 0 { sched_yield() }
    program?.close()
    program = nil
    worker = nil
  }

  /// Goes on as another program. For the worker that holds the process, after a step.
  func become(_ successor: any ProcessProgram, entry: EntryID?) {
    // Who pins is in a call that takes nanoseconds, and so is who waits for the exchange.
    while !transition({ $0.beginReplacing() }) { sched_yield() }
    let predecessor = program
    program = successor
    transition { $0.endReplacing() }
    predecessor?.close()
    isUpgrading = state.isStarted
    if let entry { control.withLock { $0.entry = entry } }
    if successor.hasMailbox {
      mailbox.withLock { $0.open() }
    } else {
      _ = mailbox.withLock { $0.close(as: .absent) }
      control.withLock { $0.relations.trapsLinks = false }
    }
  }

  // MARK: Stop requests

  /// Asks the process to end with `reason`; `false` when it is ending already.
  @discardableResult
  func stop(_ reason: ExitReason) -> Bool {
    let isNew = control.withLock { $0.requestStop(reason) }
    guard isNew else { return false }
    switch transition({ $0.requestStop() }) {
    case .none: return true
    case .enqueue: scheduler.enqueue(self)
    case .interrupt: interruptStep()
    case .ended: return false
    }
    return true
  }

  /// The reason to tell, when the program ended with `own` (`nil`: it was not asked).
  ///
  /// A kill or a limit is the reason whatever the program did with its last step; after a cancel its own end counts,
  /// unless it is the trap with which an interrupted call gives up.
  func finalReason(_ own: ExitReason?) -> ExitReason {
    guard state.isStopRequested, let stop = control.withLock({ $0.stop }) else { return own ?? .killed }
    guard let own, stop.kind == .cancelled, own.kind != .trap else { return stop }
    return own
  }

  /// Nanoseconds on a worker until `now`, the running step included.
  func cpuTime(at now: MonotonicTime) -> UInt64 {
    let ended = cpuTime.load(ordering: .relaxed)
    guard state.phase == .running else { return ended }
    return ended + now.nanoseconds(since: MonotonicTime(nanoseconds: stepStart.load(ordering: .relaxed)))
  }
}
