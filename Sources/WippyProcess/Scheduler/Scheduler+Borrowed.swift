import Glibc
import Synchronization

extension Scheduler {
  /// Runs `body`, then a step of each process that it has spawned or woken, on the calling thread: short processes are
  /// over when this returns, and no other thread had to be woken for them.
  ///
  /// For threads that are no workers. Where too many of them do this at once, the processes are queued as others are.
  package func stepHere(_ body: () -> Void) {
    guard let worker = borrow() else { return body() }
    worker.collect(during: body)
    while !worker.collected.isEmpty {
      let processes = worker.collected
      worker.collected.removeAll(keepingCapacity: true)
      for process in processes {
        worker.lastTime = nil
        execute(process, on: worker)
      }
    }
    worker.isInUse.store(false, ordering: .sequentiallyConsistent)
  }

  /// Keeps a process for the calling thread to step; `false` when that has borrowed no worker of this scheduler.
  func collect(_ process: ScheduledProcess) -> Bool {
    guard let worker = Worker.borrowed else { return false }
    let index = worker.index - workers.count
    guard borrowedWorkers.indices.contains(index), borrowedWorkers[index] === worker else { return false }
    worker.collected.append(process)
    return true
  }

  private func borrow() -> Worker? {
    guard Worker.current == nil, Worker.borrowed == nil else { return nil }
    for worker in borrowedWorkers where !worker.isInUse.exchange(true, ordering: .sequentiallyConsistent) {
      // Whoever stops the scheduler has set the flag before it looks who is in use.
      guard !isStopping.load(ordering: .sequentiallyConsistent) else {
        worker.isInUse.store(false, ordering: .sequentiallyConsistent)
        return nil
      }
      worker.chainLength = 0
      if isTickerAsleep.load(ordering: .sequentiallyConsistent) { wakeTicker() }
      return worker
    }
    return nil
  }

  private func wakeTicker() {
    let wakes = idle.withLock { idle in
      let wakes = idle.wakeTicker()
      publish(idle)
      return wakes
    }
    if wakes { tickerSemaphore.signal() }
  }

  /// Whether the ticker may sleep.
  func parkTicker() -> Bool {
    let isParked = idle.withLock { idle in
      let isParked = idle.parkTicker()
      publish(idle)
      return isParked
    }
    guard isParked else { return false }
    guard borrowedWorkers.contains(where: { $0.isInUse.load(ordering: .sequentiallyConsistent) }) else { return true }
    let isStillParked = idle.withLock { idle in
      let isStillParked = idle.wakeTicker()
      publish(idle)
      return isStillParked
    }
    // Else somebody has woken it, and the semaphore says so.
    return !isStillParked
  }

  /// Waits for the steps on borrowed workers: there is no ticker any more to end them.
  func awaitBorrowers() {
    for worker in borrowedWorkers {
      while worker.isInUse.load(ordering: .sequentiallyConsistent) {
        let serial = worker.current.load(ordering: .acquiring)
        if serial != 0 { table[serial]?.interruptStep() }
        sched_yield()
      }
    }
  }
}
