import Synchronization
import WippyCore

extension Scheduler {
  /// A worker thread's life.
  func run(_ worker: Worker) {
    worker.withCurrent {
      while !isStopping.load(ordering: .relaxed) {
        if let process = next(for: worker) {
          settle(worker)
          execute(process, on: worker)
        } else {
          park(worker)
        }
      }
    }
  }

  /// Takes one process and steps it, on the calling thread; `false` when none is queued. For a scheduler without threads.
  package func runOne(worker index: Int = 0) -> Bool {
    guard workers.indices.contains(index) else { return false }
    let worker = workers[index]
    return worker.withCurrent {
      worker.lastTime = nil
      guard let process = next(for: worker) else { return false }
      execute(process, on: worker)
      return true
    }
  }

  func execute(_ process: ScheduledProcess, on worker: Worker) {
    worker.beat.store(worker.beat.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    if !process.hasBegun {
      process.hasBegun = true
      process.host.beginFirstStep()
    }
    switch process.transition({ $0.beginStep() }) {
    case .step: step(process, on: worker)
    case .close: close(process, reason: process.finalReason(nil), on: worker)
    case .ignore: return
    }
  }

  private func step(_ process: ScheduledProcess, on worker: Worker) {
    guard let program = process.program else { return }
    var start = worker.lastTime ?? reactor.now()
    process.worker = worker
    worker.isSliceOver.store(false, ordering: .relaxed)
    worker.stepStart = start
    if worker.chainLength == 0 { worker.chainStart = start }
    while true {
      process.stepStart.store(start.nanoseconds, ordering: .relaxed)
      worker.current.store(process.pid.serial, ordering: .releasing)
      let outcome = program.step(process)
      worker.current.store(0, ordering: .relaxed)
      let end = reactor.now()
      charge(process, from: start, to: end)
      worker.slices.note(end.nanoseconds(since: start))

      let ending: ProcessState.Ending
      var reason: ExitReason?
      switch outcome {
      case .started where process.isUpgrading:
        // The process has started long ago; only the program is new.
        process.isUpgrading = false
        ending = .yield
      case .started: ending = .started
      case .yield: ending = .yield
      case .wait: ending = .wait
      case .exit(let own):
        ending = .exit
        reason = process.isUpgrading ? own.ofUpgrade : own
      case .become(let successor, let entry):
        process.become(successor, entry: entry)
        ending = .yield
      }
      if ending != .exit { enforceCPULimit(process, used: process.cpuTime.load(ordering: .relaxed)) }
      worker.lastTime = end
      switch process.transition({ $0.endStep(ending) }) {
      case .stepAgain:
        tellStarted(process)
        start = reactor.now()
        continue
      case .startedThenClose:
        tellStarted(process)
        close(process, reason: process.finalReason(reason), on: worker)
      case .close:
        close(process, reason: process.finalReason(reason), on: worker)
      case .park:
        break
      case .enqueue:
        enqueueWoken(process, by: worker)
      case .requeue:
        requeue(process, on: worker)
      }
      return
    }
  }

  /// Queues a process whose slice is over behind all others, or lets it go on when there are none.
  private func requeue(_ process: ScheduledProcess, on worker: Worker) {
    guard !worker.isBorrowed else { return enqueue(process) }
    guard let other = next(for: worker) else {
      worker.next = process
      return
    }
    worker.next = other
    // The shared queue, not this worker's: who is interrupted again and again moves to where there is room.
    injection.push(process)
    wakeWorker()
  }

  private func charge(_ process: ScheduledProcess, from start: MonotonicTime, to end: MonotonicTime) {
    let used = process.cpuTime.load(ordering: .relaxed) &+ end.nanoseconds(since: start)
    process.cpuTime.store(used, ordering: .relaxed)
  }

  /// Requests a stop when the process has used up its time on workers.
  func enforceCPULimit(_ process: ScheduledProcess, used: UInt64) {
    let allowed = process.limits.maxCPUMilliseconds
    guard allowed > 0, used >= allowed.millisecondsAsNanoseconds else { return }
    process.stop(.cpu(LimitExceeded(limit: "max_cpu_ms", allowed: allowed, used: used / 1_000_000)))
  }

  private func tellStarted(_ process: ScheduledProcess) {
    process.onStarted.take()?(.started(process.pid))
  }

  private func close(_ process: ScheduledProcess, reason: ExitReason, on worker: Worker) {
    close(process, reason: reason)
    // What freeing and telling took is nobody's time.
    worker.lastTime = nil
  }

  /// The end of a process: free what it held, then tell. For whoever holds the process.
  func close(_ process: ScheduledProcess, reason: ExitReason) {
    process.closeProgram()
    exitCounters.note(reason.kind)
    table.remove(process)
    let left = process.control.withLock { $0.finish() }
    // Freed outside the lock.
    _ = process.mailbox.withLock { $0.close() }
    if let timer = left.deadline { reactor.cancel(timer) }
    if let timer = left.grace { reactor.cancel(timer) }
    process.transition { $0.end() }
    process.host.release()

    let isStarted = process.state.isStarted
    if let relations = left.relations { untie(process, relations, reason: reason, isStarted: isStarted) }
    let onExit = process.onExit.take()
    if isStarted {
      onExit?(process.pid, reason)
    } else {
      process.onStarted.take()?(.failed(reason))
    }
    // There never was a process of this PID, as far as others can tell, when it has not started.
    for observer in left.observers { observer.observer(process.pid, isStarted ? reason : .noproc) }
    process.host.finish()
  }
}

extension ExitReason {
  /// How a process ends whose new program did not start.
  fileprivate var ofUpgrade: ExitReason {
    if case .start = self { return self }
    return .start("the program of the upgrade did not start: \(self)")
  }
}
