import CLinux
import Synchronization
import WippyCore

/// One worker's queue, and what others see of its step.
///
/// Unchecked: the fields under "owner" are touched by the thread that is this worker only, `lastBeat` by the
/// ticker only; everything else is atomic or locked.
final class Worker: @unchecked Sendable {
  let index: Int
  /// Whether it has no thread of its own: threads of others borrow it to step what they spawn and wake
  /// (`Scheduler.stepHere`).
  let isBorrowed: Bool
  /// Whether a thread has borrowed it.
  let isInUse = Atomic<Bool>(false)
  let queue = RunQueue()
  let semaphore = Semaphore()
  let slices = SliceMeter()

  /// The serial of the process whose step runs; 0 is none. A serial, because the ticker may not retain a process that
  /// the worker may be giving up.
  let current = Atomic<UInt64>(0)
  /// Counts the processes taken, so that the ticker sees a worker that is stuck with one.
  let beat = Atomic<UInt64>(0)
  /// The ticker's word that the step has used its slice.
  let isSliceOver = Atomic<Bool>(false)

  /// The process that a step has woken: it runs next, before anything queued. Others take it only from a worker that is
  /// stuck in its step.
  private let woken = Atomic<Unmanaged<ScheduledProcess>?>(nil)
  /// The ticker's word that the worker has been in one step for a tick.
  let isStuck = Atomic<Bool>(false)

  // Ticker:
  var lastBeat: UInt64 = 0

  // Owner:
  /// Runs before anything queued.
  var next: ScheduledProcess?
  /// Processes taken since the shared queue came first.
  var dispatches = 0
  /// When the step began, and the first one of those that woke each other since a process came from a queue.
  var stepStart = MonotonicTime(nanoseconds: 0)
  var chainStart = MonotonicTime(nanoseconds: 0)
  var chainLength = 0
  /// Woken by somebody, and has found nothing yet.
  var isWaking = false
  /// When the last step ended, if nothing else has been done since: it saves a look at the clock.
  var lastTime: MonotonicTime?
  /// What it has just stolen.
  var loot: ContiguousArray<ScheduledProcess> = []

  /// What `chainLength` may reach before those in the queues have their turn.
  static let maxChain = 16
  static let lootCapacity = 32

  /// What the borrower has spawned and woken.
  var collected: ContiguousArray<ScheduledProcess> = []

  init(index: Int, isBorrowed: Bool = false) {
    self.index = index
    self.isBorrowed = isBorrowed
    loot.reserveCapacity(Worker.lootCapacity)
  }

  deinit {
    woken.load(ordering: .relaxed)?.release()
  }

  var hasWoken: Bool { woken.load(ordering: .relaxed) != nil }

  /// `false` when there is one already. For the owner.
  @inline(__always)
  func setWoken(_ process: ScheduledProcess) -> Bool {
    guard woken.load(ordering: .relaxed) == nil else { return false }
    woken.store(Unmanaged.passRetained(process), ordering: .releasing)
    return true
  }

  @inline(__always)
  func takeWoken() -> ScheduledProcess? {
    guard hasWoken else { return nil }
    return woken.exchange(nil, ordering: .acquiring)?.takeRetainedValue()
  }

  /// The worker that the calling thread is. It lives as long as the thread is in its loop.
  static var current: Unmanaged<Worker>? { wippy_current_worker().map { Unmanaged.fromOpaque($0) } }

  /// The worker that will step what the calling thread spawns and wakes.
  static var borrowed: Worker? {
    guard let worker = wippy_borrowed_worker() else { return nil }
    return Unmanaged<Worker>.fromOpaque(worker).takeUnretainedValue()
  }

  /// Makes it the one that will step what the calling thread spawns and wakes while `body` runs.
  func collect(during body: () -> Void) {
    wippy_set_borrowed_worker(Unmanaged.passUnretained(self).toOpaque())
    defer { wippy_set_borrowed_worker(nil) }
    body()
  }

  /// Makes the calling thread this worker while `body` runs.
  func withCurrent<Result>(_ body: () -> Result) -> Result {
    let previous = wippy_current_worker()
    wippy_set_current_worker(Unmanaged.passUnretained(self).toOpaque())
    defer { wippy_set_current_worker(previous) }
    return body()
  }
}
