import Synchronization

extension Scheduler {
  /// The worker of this scheduler that the calling thread is.
  private var currentWorker: Unmanaged<Worker>? {
    guard let worker = Worker.current else { return nil }
    let isOwn = worker._withUnsafeGuaranteedRef { $0.index < workers.count && workers[$0.index] === $0 }
    return isOwn ? worker : nil
  }

  /// Whether any process waits for a worker.
  var hasQueuedWork: Bool {
    if injection.count > 0 { return true }
    for worker in workers
    where worker.queue.count > 0 || worker.hasWoken && worker.isStuck.load(ordering: .relaxed) {
      return true
    }
    return false
  }

  /// Queues a process that the running step has woken: it is the next one, as long as those who wake each other leave the
  /// queues their turn.
  func enqueueWoken(_ process: ScheduledProcess) {
    guard let worker = currentWorker else {
      if collect(process) { return }
      return enqueueShared(process)
    }
    worker._withUnsafeGuaranteedRef { enqueueWoken(process, by: $0) }
  }

  /// The same on the worker that the caller is.
  func enqueueWoken(_ process: ScheduledProcess, by worker: Worker) {
    guard !worker.isBorrowed else { return enqueue(process) }
    guard worker.chainLength < Worker.maxChain,
      worker.stepStart.nanoseconds(since: worker.chainStart) < sliceNanoseconds, worker.setWoken(process)
    else { return enqueue(process, on: worker) }
    if worker.queue.count > 0 { wakeWorker() }
  }

  /// Queues a runnable process: on the calling worker, or for whichever worker comes first.
  func enqueue(_ process: ScheduledProcess) {
    guard let worker = currentWorker else { return enqueueShared(process) }
    worker._withUnsafeGuaranteedRef { enqueue(process, on: $0) }
  }

  private func enqueueShared(_ process: ScheduledProcess) {
    injection.push(process)
    wakeWorker()
  }

  private func enqueue(_ process: ScheduledProcess, on worker: Worker) {
    let count = worker.queue.push(process)
    if count > configuration.localQueueSize {
      spill(worker)
    }
    if count > 1 || worker.hasWoken {
      wakeWorker()
    }
  }

  /// Makes room in a worker's queue.
  private func spill(_ worker: Worker) {
    var buffer: ContiguousArray<ScheduledProcess> = []
    buffer.reserveCapacity((configuration.localQueueSize + 2) / 2)
    worker.queue.popHalf(into: &buffer)
    injection.push(contentsOf: buffer[...])
  }

  /// The next process for `worker`, or `nil` when there is none anywhere.
  func next(for worker: Worker) -> ScheduledProcess? {
    if let process = worker.next.take() { return process }
    worker.dispatches += 1
    if let process = worker.takeWoken() {
      worker.chainLength += 1
      return process
    }
    worker.chainLength = 0
    // Now and then the shared queue comes first, so that a worker whose own is never empty does not starve it.
    if worker.dispatches > 60 {
      worker.dispatches = 0
      if let process = injection.pop() { return process }
    }
    return worker.queue.pop() ?? injection.pop() ?? steal(for: worker)
  }

  private func steal(for worker: Worker) -> ScheduledProcess? {
    let count = workers.count
    for distance in 1..<max(count, 1) {
      let victim = workers[(worker.index + distance) % count]
      victim.queue.popHalf(into: &worker.loot)
      guard let first = worker.loot.first else {
        if victim.isStuck.load(ordering: .relaxed), let process = victim.takeWoken() { return process }
        continue
      }
      if worker.loot.count > 1 {
        worker.queue.push(contentsOf: worker.loot[1...])
      }
      worker.loot.removeAll(keepingCapacity: true)
      return first
    }
    return nil
  }

  /// Wakes a parked worker, when there is one and none is waking already.
  func wakeWorker() {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    guard canWake.load(ordering: .relaxed) else { return }
    let wakeup = idle.withLock { idle in
      let wakeup = idle.wakeOne()
      publish(idle)
      return wakeup
    }
    perform(wakeup)
  }

  /// Parks until somebody has work, unless there is some by now.
  func park(_ worker: Worker) {
    idle.withLock { idle in
      idle.park(worker.index, wasWaking: worker.isWaking)
      publish(idle)
    }
    worker.isWaking = false
    worker.lastTime = nil
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    if hasQueuedWork || isStopping.load(ordering: .relaxed) {
      let wakeup = idle.withLock { idle in
        let wakeup = idle.unpark(worker.index)
        publish(idle)
        return wakeup
      }
      if let wakeup {
        perform(wakeup)
        return
      }
    }
    worker.semaphore.wait()
    worker.isWaking = !isStopping.load(ordering: .relaxed)
  }

  /// A woken worker has found work: others may be woken for what there is besides.
  func settle(_ worker: Worker) {
    guard worker.isWaking else { return }
    worker.isWaking = false
    idle.withLock { idle in
      idle.found()
      publish(idle)
    }
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    if hasQueuedWork { wakeWorker() }
  }

  func publish(_ state: IdleWorkers) {
    canWake.store(state.canWake, ordering: .relaxed)
    isTickerAsleep.store(state.isTickerAsleep, ordering: .sequentiallyConsistent)
  }

  private func perform(_ wakeup: IdleWorkers.Wakeup) {
    if let worker = wakeup.worker { workers[worker].semaphore.signal() }
    if wakeup.ticker { tickerSemaphore.signal() }
  }
}
