import Glibc
import Synchronization
import WippyCore

extension Scheduler {
  /// The ticker thread's life.
  func runTicker() {
    var idleTicks = 0
    while !isStopping.load(ordering: .relaxed) {
      // Two idle ticks before it sleeps, so that work which comes and goes faster than that wakes nobody.
      if idleTicks >= 2 {
        if parkTicker() { tickerSemaphore.wait() }
        idleTicks = 0
        continue
      }
      var pause = timespec(tv_sec: 0, tv_nsec: Int(tickNanoseconds))
      clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nil)
      let isLent = tick()
      idleTicks = !isLent && idle.withLock { $0.areAllParked } ? idleTicks + 1 : 0
    }
  }

  /// Looks at what every worker does. The ticker's; a scheduler without threads is ticked by its test.
  ///
  /// - Returns: Whether steps were done on borrowed workers since the last tick.
  @discardableResult
  package func tick() -> Bool {
    let now = reactor.now()
    let someoneWaits = hasQueuedWork || workers.contains { $0.hasWoken }
    for worker in workers { look(at: worker, now, someoneWaits: someoneWaits) }
    var isLent = false
    for worker in borrowedWorkers {
      let isIdle =
        worker.beat.load(ordering: .relaxed) == worker.lastBeat && worker.current.load(ordering: .relaxed) == 0
      if isIdle { continue }
      isLent = true
      look(at: worker, now, someoneWaits: true)
    }
    return isLent
  }

  private func look(at worker: Worker, _ now: MonotonicTime, someoneWaits: Bool) {
    let beat = worker.beat.load(ordering: .relaxed)
    let isStuck = beat == worker.lastBeat
    worker.lastBeat = beat
    worker.isStuck.store(isStuck, ordering: .relaxed)
    if isStuck, worker.queue.count > 0 || worker.hasWoken { wakeWorker() }

    let serial = worker.current.load(ordering: .acquiring)
    guard serial != 0, let process = table[serial] else { return }
    let began = MonotonicTime(nanoseconds: process.stepStart.load(ordering: .relaxed))
    let elapsed = now.nanoseconds(since: began)
    enforceCPULimit(process, used: process.cpuTime.load(ordering: .relaxed) &+ elapsed)
    // Half a tick early counts as over: a step that began just after a tick is not to get two.
    let isOver = elapsed + tickNanoseconds / 2 >= sliceNanoseconds
    if isOver { worker.isSliceOver.store(true, ordering: .relaxed) }
    // A stop is said again every tick: the first call may have come just before the program armed itself.
    if process.state.isStopRequested || isOver && someoneWaits {
      process.interruptStep()
    }
  }
}
