/// The life of one process, as a value: each transition returns what its caller has to do.
///
/// It fits in one word that `ScheduledProcess` exchanges atomically, so that a wake costs no lock.
struct ProcessState: Hashable, Sendable {
  private(set) var bits: UInt32

  private static let phaseMask: UInt32 = 0b111
  private static let startedBit: UInt32 = 1 << 3
  private static let wokenBit: UInt32 = 1 << 4
  private static let stopBit: UInt32 = 1 << 5
  private static let replacingBit: UInt32 = 1 << 6
  private static let pin: UInt32 = 1 << 8

  enum Phase: UInt32 {
    /// In a queue, or about to be put there by whoever made it so.
    case runnable
    /// A worker is in its step.
    case running
    /// Nothing to do until a wake or a stop.
    case waiting
    /// A worker frees what it holds. No step follows.
    case closing
    /// Its observers have heard.
    case ended
  }

  /// A new process is runnable, and has not started.
  init(bits: UInt32 = 0) {
    self.bits = bits
  }

  private(set) var phase: Phase {
    get { Phase(rawValue: bits & ProcessState.phaseMask) ?? .ended }
    set { bits = bits & ~ProcessState.phaseMask | newValue.rawValue }
  }

  /// Init is complete.
  var isStarted: Bool { bits & ProcessState.startedBit != 0 }
  /// The process has to end before its next step.
  var isStopRequested: Bool { bits & ProcessState.stopBit != 0 }
  /// Threads that call the program now, outside its step; `close` has to wait for them.
  var pins: UInt32 { bits >> 8 }

  enum QueueAction {
    case none, enqueue
  }

  /// Something that the process may wait for has happened.
  mutating func wake() -> QueueAction {
    switch phase {
    case .waiting:
      phase = .runnable
      return .enqueue
    case .running:
      bits |= ProcessState.wokenBit
      return .none
    case .runnable, .closing, .ended:
      return .none
    }
  }

  enum StopAction {
    /// It is queued already, and ends when its turn comes.
    case none
    case enqueue
    /// Its program is computing: interrupt it.
    case interrupt
    /// Too late: it is ending by itself.
    case ended
  }

  /// The process has to end.
  mutating func requestStop() -> StopAction {
    switch phase {
    case .closing, .ended:
      return .ended
    case .waiting:
      phase = .runnable
      bits |= ProcessState.stopBit
      return .enqueue
    case .running:
      bits |= ProcessState.stopBit
      return .interrupt
    case .runnable:
      bits |= ProcessState.stopBit
      return .none
    }
  }

  enum BeginAction {
    case step, close
    /// The caller did not hold the process: our own mistake, and nothing is done.
    case ignore
  }

  /// A worker has taken the process from a queue.
  mutating func beginStep() -> BeginAction {
    guard phase == .runnable else { return .ignore }
    if isStopRequested {
      phase = .closing
      return .close
    }
    phase = .running
    bits &= ~ProcessState.wokenBit
    return .step
  }

  /// A step's outcome, without an exit's reason.
  enum Ending: CaseIterable {
    case started, yield, wait, exit
  }

  enum EndAction {
    /// Say that it started, then step again.
    case stepAgain
    /// Say that it started, then close.
    case startedThenClose
    /// Queue it behind the others: its slice is over.
    case requeue
    /// Queue it: it was woken during its step.
    case enqueue
    case park
    case close
  }

  /// The step of the process has returned.
  mutating func endStep(_ ending: Ending) -> EndAction {
    let startsNow = ending == .started && !isStarted
    if startsNow { bits |= ProcessState.startedBit }
    if ending == .exit || isStopRequested {
      phase = .closing
      return startsNow ? .startedThenClose : .close
    }
    switch ending {
    case .started where startsNow:
      bits &= ~ProcessState.wokenBit
      return .stepAgain
    case .wait where bits & ProcessState.wokenBit == 0:
      phase = .waiting
      return .park
    case .wait:
      phase = .runnable
      return .enqueue
    case .started, .yield, .exit:
      phase = .runnable
      return .requeue
    }
  }

  /// Keeps the program open for a call from another thread; `false` when it is closing or closed.
  mutating func pinProgram() -> Bool {
    guard phase != .closing, phase != .ended, !isReplacing else { return false }
    bits += ProcessState.pin
    return true
  }

  /// The same for `interrupt`: `false` also when no step runs.
  mutating func pinStep() -> Bool {
    phase == .running && pinProgram()
  }

  mutating func unpin() {
    bits -= ProcessState.pin
  }

  /// Its program is being exchanged: whoever wants to pin it has to wait a moment.
  var isReplacing: Bool { bits & ProcessState.replacingBit != 0 }

  /// The holder exchanges the program; `false` while others have it pinned.
  mutating func beginReplacing() -> Bool {
    guard pins == 0 else { return false }
    bits |= ProcessState.replacingBit
    return true
  }

  mutating func endReplacing() {
    bits &= ~ProcessState.replacingBit
  }

  /// Nobody will ever step it: the caller closes it, if it is the first.
  mutating func abandon() -> Bool {
    guard phase != .closing, phase != .ended else { return false }
    phase = .closing
    return true
  }

  /// The program is closed.
  mutating func end() {
    phase = .ended
  }
}
