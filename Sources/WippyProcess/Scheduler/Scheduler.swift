import Synchronization
import WippyCore

/// Runs processes: programs of any kind, a step at a time, on worker threads of its own.
///
/// **Threads.** Each *worker* takes a process from a queue, steps it, and acts on the outcome. The *ticker* looks once
/// a tick at what the workers do: it ends slices, enforces `max_cpu_ms`, and wakes a worker for what waits behind a
/// long step; it sleeps while all workers do. Any other thread may spawn, wake, stop and ask; the reactor's does when
/// timers and descriptors are ready. A scheduler that was never started has no threads: `runOne` and `tick` drive it,
/// which makes a test's schedule repeatable.
///
/// **What protects what.**
/// - A process's state is one atomic word (`ProcessState`): it decides who queues, steps, and closes it, so a process is
///   in one queue at most and in one worker's hands. What belongs to the holder needs no lock.
/// - `ScheduledProcess.control` (a lock for each process): its stop reason, timers, monitors, links, names, calls.
/// - `ScheduledProcess.mailbox` (a lock for each process): what it has been sent.
/// - `NameTable`: who has which name. `calls`, `supervisors`, `installedFactory`: these.
/// - `ProcessTable` (a lock for each shard): which processes there are.
/// - `RunQueue` (a lock for each worker's queue, and one for `injection`): the queued processes.
/// - A borrowed worker belongs to the thread that has set its `isInUse`.
/// - `idle`: which workers and whether the ticker are parked. `hosts`, `threads`: these lists.
/// - `Host` counts in one atomic word; its lock has those who wait for its last process.
///
/// No lock is held while another one is taken, but for three places: `withControl` takes the `control` of two processes,
/// the older one's first; a name is claimed under its process's `control`; the reactor has its own. None is held while a
/// program, an observer or the reactor is called: a decision is made under the lock and acted on after it.
///
/// **Calls into a program.** `step` and `close` come from the holder. Everything else pins the program first, with a
/// count in the state word that is refused once the process is closing; `close` waits until the count is 0.
///
/// **Borrowed workers.** A thread that serves a request need not wait for a worker: `stepHere` does the first step of what
/// it spawns on that thread, which is a worker for as long. What is not over then is queued for the others.
///
/// **Wakes.** A producer queues, then looks for a parked worker; a worker parks, then looks at the queues: a fence on
/// each side makes one of them see the other. One process alone in the queue of the worker that made it runnable wakes
/// nobody: that worker is about to take it, and the ticker sees to it when it does not.
package final class Scheduler: Sendable {
  package let configuration: SchedulerConfiguration
  package let reactor: any Reactor

  let table = ProcessTable()
  let injection = RunQueue()
  let workers: [Worker]
  /// Those without threads, for `stepHere`. Nobody queues anything with them.
  let borrowedWorkers: [Worker]
  let idle: Mutex<IdleWorkers>
  /// `IdleWorkers.canWake`, for those who would not take the lock for nothing.
  let canWake = Atomic<Bool>(false)
  /// Whether the ticker sleeps, for those who would not take the lock for nothing.
  let isTickerAsleep = Atomic<Bool>(false)
  let isStopping = Atomic<Bool>(false)
  let tickerSemaphore = Semaphore()
  let tickNanoseconds: UInt64
  let sliceNanoseconds: UInt64
  let monitorIDs = Atomic<UInt64>(0)
  let callIDs = Atomic<UInt64>(0)
  let names = NameTable()
  let calls = Mutex<[UInt64: Call]>([:])
  /// Of one entry there may be several; the last one is asked.
  let supervisors = Mutex<[SupervisorRequest.Target: [any SupervisorEndpoint]]>([:])
  let installedFactory = Mutex<(any ProcessFactory)?>(nil)

  let exitCounters = ExitCounters()

  private let serials = Atomic<UInt64>(0)
  /// The threads have ended: what is still in the table is closed by whoever sees it.
  private let hasStopped = Atomic<Bool>(false)
  private let hosts = Mutex<[Host]>([])
  private let threads = Mutex<[Thread]>([])

  /// A scheduler without threads, until `start`.
  package init(configuration: SchedulerConfiguration = .init(), reactor: any Reactor) throws(ProcessError) {
    try configuration.validate()
    self.configuration = configuration
    self.reactor = reactor
    self.workers = (0..<configuration.workers).map { Worker(index: $0) }
    self.borrowedWorkers = (0..<configuration.workers).map {
      Worker(index: configuration.workers + $0, isBorrowed: true)
    }
    self.idle = Mutex(IdleWorkers(total: configuration.workers))
    self.tickNanoseconds = configuration.tickMilliseconds.millisecondsAsNanoseconds
    self.sliceNanoseconds = configuration.sliceMilliseconds.millisecondsAsNanoseconds
  }

  /// Starts the workers and the ticker. They keep the scheduler alive until `stop`.
  package func start() throws(ProcessError) {
    do throws(ProcessError) {
      for worker in workers {
        let thread = try Thread(name: "wippy-worker-\(worker.index)") { self.run(worker) }
        threads.withLock { $0.append(thread) }
      }
      let ticker = try Thread(name: "wippy-ticker") { self.runTicker() }
      threads.withLock { $0.append(ticker) }
    } catch {
      stop()
      throw error
    }
  }

  /// Ends the threads, waits for them, and closes what still runs, with reason `killed`: shut down first. Not from a
  /// worker.
  package func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    for worker in workers { worker.semaphore.signal() }
    tickerSemaphore.signal()
    let running = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in running { thread.join() }
    awaitBorrowers()
    hasStopped.store(true, ordering: .sequentiallyConsistent)
    closeRemaining()
  }

  /// Nobody steps any more; a spawn may have come too late to be seen by a shutdown.
  private func closeRemaining() {
    for process in table.all() where process.transition({ $0.abandon() }) {
      closeUnstepped(process)
    }
  }

  /// Closes a process which no worker will take. For whoever has abandoned it.
  func closeUnstepped(_ process: ScheduledProcess) {
    if !process.hasBegun {
      process.hasBegun = true
      process.host.beginFirstStep()
    }
    close(process, reason: .killed)
  }

  /// Adds a host, so that `shutdown` closes it too.
  package func makeHost(id: EntryID, maxProcesses: Int = 0, queueSize: Int = 0) -> Host {
    let host = Host(id: id, maxProcesses: maxProcesses, queueSize: queueSize)
    hosts.withLock { hosts in
      hosts.removeAll { $0.state.isDrained }
      hosts.append(host)
    }
    return host
  }

  /// The processes that there have ever been.
  var spawnCount: UInt64 { serials.load(ordering: .relaxed) }

  var allHosts: [Host] { hosts.withLock { $0 } }

  /// Starts a process. Its Init runs on a worker; `onStarted` hears, there, how it ended.
  ///
  /// - Parameters:
  ///   - program: From here on the scheduler closes it, but when this throws: then it has not been touched, and is the
  ///     caller's to close.
  ///   - request: What it inherits, and its deadline.
  ///   - onExit: Hears of the end of a process that has started, once, after the program is closed.
  package func spawn(
    _ program: any ProcessProgram, entry: EntryID, host: Host, limits: ProcessLimits = .init(),
    request: SpawnRequest? = nil, onStarted: (@Sendable (StartResult) -> Void)? = nil, onExit: ExitObserver? = nil
  ) throws(ProcessError) -> ProcessID {
    let process = try admit(
      program, entry: entry, host: host, limits: limits, origin: request.map(Origin.init), onStarted: onStarted,
      onExit: onExit)
    queue(process)
    return process.pid
  }

  /// Queues a new process.
  func queue(_ process: ScheduledProcess) {
    if !collect(process) { enqueue(process) }
    // It was made while the scheduler stopped, and `stop` may have looked before that.
    if hasStopped.load(ordering: .sequentiallyConsistent) { closeRemaining() }
  }

  /// Makes a process that has its place at the host and in the table, and is not queued yet.
  func admit(
    _ program: any ProcessProgram, entry: EntryID, host: Host, limits: ProcessLimits, origin: Origin?,
    onStarted: (@Sendable (StartResult) -> Void)?, onExit: ExitObserver?
  ) throws(ProcessError) -> ScheduledProcess {
    guard !isStopping.load(ordering: .relaxed) else { throw .stopped }
    try host.admit()
    let pid = ProcessID(host.place, serial: serials.wrappingAdd(1, ordering: .relaxed).newValue)
    let process = ScheduledProcess(
      pid: pid, entry: entry, host: host, limits: limits, program: program, scheduler: self,
      spawnTime: reactor.now(), origin: origin, onStarted: onStarted, onExit: onExit)
    table.insert(process)
    if let deadline = process.deadline { startDeadline(of: process, at: deadline) }
    // A shutdown closes the host, then lists the table: whichever of them missed this process, the other sees it.
    if host.isClosed {
      process.stop(.cancelled(reason: Scheduler.shutdownReason))
    }
    return process
  }

  static let shutdownReason = "shutdown"

  private func startDeadline(of process: ScheduledProcess, at deadline: MonotonicTime) {
    let allowed = deadline.nanoseconds(since: process.spawnTime) / 1_000_000
    let limit = deadline == process.origin?.deadline ? "the deadline of its caller" : "max_execution_ms"
    let token = reactor.schedule(at: deadline) { [reactor] in
      let used = reactor.now().nanoseconds(since: process.spawnTime) / 1_000_000
      process.stop(.deadline(LimitExceeded(limit: limit, allowed: allowed, used: used)))
    }
    if !process.control.withLock({ $0.setDeadlineTimer(token) }) { reactor.cancel(token) }
  }
}
