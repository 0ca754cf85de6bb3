import CLinux
import Synchronization
import WippyCore

/// One worker's queue, and what others see of its step.
///
/// Unchecked: the fields under "owner" are touched by the thread that is this worker only, `lastBeat` by the
/// ticker only; everything else is atomic or locked.
final class Worker: @unchecked Sendable {
  let index: Int
  let queue = RunQueue()
  let semaphore = Semaphore()

  /// The serial of the process whose step runs; 0 is none. A serial, because the ticker may not retain a process that
  /// the worker may be giving up.
  let current = Atomic<UInt64>(0)
  /// Counts the processes taken, so that the ticker sees a worker that is stuck with one.
  let beat = Atomic<UInt64>(0)
  /// The ticker's word that the step has used its slice.
  let isSliceOver = Atomic<Bool>(false)

  // Ticker:
  var lastBeat: UInt64 = 0

  // Owner:
  /// Runs before anything queued.
  var next: ScheduledProcess?
  var dispatches: UInt32 = 0
  /// Woken by somebody, and has found nothing yet.
  var isWaking = false
  /// When the last step ended, if nothing else has been done since: it saves a look at the clock.
  var lastTime: MonotonicTime?
  /// What it has just stolen.
  var loot: ContiguousArray<ScheduledProcess> = []

  static let lootCapacity = 32

  init(index: Int) {
    self.index = index
    loot.reserveCapacity(Worker.lootCapacity)
  }

  /// The worker that the calling thread is.
  static var current: Worker? {
    guard let worker = wippy_current_worker() else { return nil }
    return Unmanaged<Worker>.fromOpaque(worker).takeUnretainedValue()
  }

  /// Makes the calling thread this worker while `body` runs.
  func withCurrent<Result>(_ body: () -> Result) -> Result {
    let previous = wippy_current_worker()
    wippy_set_current_worker(Unmanaged.passUnretained(self).toOpaque())
    defer { wippy_set_current_worker(previous) }
    return body()
  }
}
