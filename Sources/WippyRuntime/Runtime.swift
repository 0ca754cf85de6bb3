import Logging
import ServiceLifecycle
import Synchronization
import WippyComponent
import WippyCore
import WippyEngine
import WippyObservability
import WippyProcess
import WippyRegistry
import WippyWASI

/// Runs the processes of a project: the whole of wippy, for a Swift program.
///
/// ```swift
/// let runtime = try Runtime(RuntimeConfiguration(project: "/srv/app", environment: [:]))
/// let greeting = try await runtime.spawn(EntryID(namespace: "app", name: "greet"), arguments: [.string("Ada")])
/// let reason = await greeting.exitReason()  // .normal(.string("Hello, Ada!"))
/// let report = await runtime.shutdown()
/// ```
///
/// As a `Service` of swift-service-lifecycle it runs until a graceful shutdown is asked for. Guests run on
/// threads of the runtime's own. Thread-safe.
public final class Runtime: Service, Sendable {
  package let registry: Registry?
  package let scheduler: Scheduler
  let reactor: EpollReactor
  let engines: GuestEngines
  let loader: GuestLoader
  let environment: EnvironmentResolver?
  let logger: Logger
  let http: HTTPWork
  /// What services and supervisors tell.
  let journal: SupervisionJournal
  private let pools = Mutex<[EntryID: FunctionPool]>([:])
  private let boot = Mutex<ServiceBoot?>(nil)
  private let hosts = Mutex<[EntryID: Host]>([:])
  private let sources = Mutex<[EntryID: ProgramSource]>([:])
  private let isShutDown = Atomic<Bool>(false)
  private let hasThreads = Mutex(false)
  /// The first shutdown; later ones wait for it.
  private let shutdownTask = Mutex<Task<ShutdownReport, Never>?>(nil)

  /// Reads and checks the project. The runtime's threads start with its first process.
  ///
  /// - Throws: `RuntimeError.project` with every problem of the project's files.
  public init(_ configuration: RuntimeConfiguration) throws(RuntimeError) {
    let registry = try Runtime.registry(configuration)
    self.registry = registry
    logger = configuration.logger
    journal = SupervisionJournal(configuration.logger)
    environment = registry.map { EnvironmentResolver($0, environment: configuration.environment) }
    let settings = registry?.settings ?? RuntimeSettings()
    do {
      reactor = try EpollReactor(idle: ReactorConfiguration())
      scheduler = try Scheduler(
        configuration: SchedulerConfiguration(
          workers: configuration.workers > 0 ? configuration.workers : registry?.hostWorkers ?? 0,
          tickMilliseconds: UInt64(settings.tickMilliseconds)),
        reactor: reactor)
    } catch {
      throw .configuration("\(error)")
    }
    let cache = CodeCache(
      path: CacheLocation.directory(environment: configuration.environment, setting: registry?.cacheDirectory),
      maximumSize: settings.cacheMaxSize ?? CodeCache.defaultMaximumSize
    ) { [logger] warning in
      logger.warning("\(warning)")
    }
    engines = GuestEngines(cache: cache, reactor: reactor, onCompilation: configuration.onCompilation)
    loader = GuestLoader(digests: cache.digests)
    http = HTTPWork(configuration.http, reactor: reactor)
    scheduler.install(RuntimeFactory(self))
  }

  private static func registry(_ configuration: RuntimeConfiguration) throws(RuntimeError) -> Registry? {
    guard let directory = configuration.project else { return nil }
    let registry: Registry
    do {
      let project = try Project.locate(explicit: directory)
      registry = Registry.load(
        project, environment: configuration.environment, overrides: configuration.settings)
    } catch {
      throw .configuration("\(error)")
    }
    guard !registry.hasErrors else {
      throw .project(problems: registry.diagnostics.filter { $0.severity == .error }.map(\.description))
    }
    for problem in registry.diagnostics where problem.severity == .warning {
      configuration.logger.warning("\(problem)")
    }
    return registry
  }

  /// A runtime that nobody shut down ends its threads, and abandons its processes.
  deinit {
    guard !isShutDown.load(ordering: .relaxed) else { return }
    guard hasThreads.withLock({ $0 }) else { return reactor.stop() }
    // Elsewhere, because the last reference may go on one of the threads that are waited for.
    Task.detached { [scheduler, reactor] in
      scheduler.stop()
      reactor.stop()
    }
  }

  // MARK: Processes

  /// Starts the threads, if that has not been done.
  ///
  /// Not before there is a process for them: while the program has one thread, what is done to its memory (engines,
  /// code) interrupts no other processor.
  package func startThreads() throws(RuntimeError) {
    let isFirst: Bool
    do {
      isFirst = try hasThreads.withLock { hasThreads throws(ProcessError) in
        guard !hasThreads, !isShutDown.load(ordering: .relaxed) else { return false }
        try reactor.start()
        do throws(ProcessError) {
          try scheduler.start()
        } catch {
          reactor.stop()
          throw error
        }
        hasThreads = true
        return true
      }
    } catch {
      throw .refused("\(error)")
    }
    if isFirst { warmUp() }
  }

  /// Starts a process and waits until its Init is complete.
  ///
  /// - Parameters:
  ///   - id: A `process.wasm`, `process.lua` or `process.supervisor` entry.
  ///   - host: The `process.host` or `terminal.host` to run it on; not needed when the project has one process host.
  ///   - arguments: The function's parameters. They are converted by its WIT types, as `values` says.
  /// - Throws: `RuntimeError`, also when the guest ends during its Init; then there is no process.
  public func spawn(
    _ id: EntryID, on host: EntryID? = nil, arguments: [Value] = []
  ) async throws(RuntimeError) -> RunningProcess {
    let source = try source(id)
    if let problem = source.objection(isCall: false) { throw .entry(problem) }
    let place: Host
    if case .supervisor(let loaded) = source {
      place = try supervisionHost(loaded.entry.host ?? host)
    } else {
      place = try self.host(host)
    }
    return try await start(source, on: place, arguments: arguments)
  }

  /// Waits for the end of any process; `noproc` at once when it is gone already.
  public func exitReason(of pid: ProcessID) async -> ExitReason {
    await scheduler.exitReason(of: pid)
  }

  /// The processes that have started, in the order of their spawns.
  public func processes() -> [ProcessStatus] {
    scheduler.list().map { ProcessStatus($0) }
  }

  /// Every change of a service's state from now on, in order, until the runtime has shut down.
  ///
  /// ```swift
  /// for await event in runtime.serviceEvents() where event.state == .failed {
  ///   print("\(event.service): \(event.failure ?? "")")
  /// }
  /// ```
  ///
  /// A listener that leaves a thousand of them unread misses the oldest.
  public func serviceEvents() -> AsyncStream<ServiceEvent> { journal.changes.events() }

  /// Ends a process with reason `killed`; `false` when there is none.
  @discardableResult
  public func terminate(_ pid: ProcessID) -> Bool {
    scheduler.terminate(pid)
  }

  /// Asks a process to stop; `false` when there is none.
  @discardableResult
  public func cancel(_ pid: ProcessID, reason: String? = nil) -> Bool {
    scheduler.cancel(pid, reason: reason)
  }

  // MARK: Lifetime

  /// Stops the services in reverse order, each within its `stop_timeout`; then cancels all other processes, kills those
  /// that do not stop within the grace time, and ends the runtime's threads.
  ///
  /// A second shutdown waits for the first one, and returns its report.
  ///
  /// - Parameter grace: `nil` is `shutdown.timeout` of the project's settings, else 10 seconds.
  @discardableResult
  public func shutdown(grace: Duration? = nil) async -> ShutdownReport {
    // Under the lock, so that no threads start after this.
    hasThreads.withLock { _ in isShutDown.store(true, ordering: .relaxed) }
    let task = shutdownTask.withLock { task in
      if let task { return task }
      let new = Task { await self.shutDown(grace: grace) }
      task = new
      return new
    }
    return await task.value
  }

  private func shutDown(grace: Duration?) async -> ShutdownReport {
    let time = grace ?? registry?.settings.shutdownTimeout ?? .seconds(10)
    // What had to be killed in earlier restarts is no part of the report.
    _ = journal.takeKilled()
    await stopServices()
    let entries = Dictionary(
      scheduler.list().map { ($0.pid, $0.entry) }, uniquingKeysWith: { first, _ in first })
    let killed = await scheduler.shutdown(graceMilliseconds: UInt64(clamping: time.wholeNanoseconds / 1_000_000))
    for pool in usedPools { pool.idleGuests?.close() }
    await http.stop()
    scheduler.stop()
    reactor.stop()
    journal.changes.finish()
    return ShutdownReport(
      killed: journal.takeKilled()
        + killed.map { KilledProcess(pid: $0, entry: entries[$0] ?? EntryID(namespace: "?", name: "?")) })
  }

  /// The pool of a function; `nil` for what is none.
  func pool(of id: EntryID) -> FunctionPool? {
    if let known = pools.withLock({ $0[id] }) { return known }
    guard let entry = registry?.entry(id), entry.kind.hasPrefix("function.") else { return nil }
    let made = FunctionPool(id, PoolConfiguration(entry), reactor: reactor)
    return pools.withLock { pools in
      if let known = pools[id] { return known }
      pools[id] = made
      return made
    }
  }

  /// The pool of a function that no project has.
  func makePool(_ id: EntryID, _ configuration: WippyRegistry.PoolConfiguration) -> FunctionPool {
    let made = FunctionPool(id, configuration, reactor: reactor)
    pools.withLock { $0[id] = made }
    return made
  }

  /// Those that were used.
  var usedPools: [FunctionPool] { pools.withLock { $0.values.sorted { $0.id < $1.id } } }

  /// Whether services have been started.
  package var hasServices: Bool { installedBoot != nil }

  var installedBoot: ServiceBoot? { boot.withLock { $0 } }

  /// `false` when there is one already, or nothing starts any more.
  func install(_ new: ServiceBoot) -> Bool {
    boot.withLock { boot in
      guard boot == nil, !isShutDown.load(ordering: .relaxed) else { return false }
      boot = new
      return true
    }
  }

  /// Starts the services and runs until a graceful shutdown, as a `Service`.
  public func run() async throws {
    do {
      try await startServices()
    } catch {
      await shutdown()
      throw error
    }
    do {
      try await gracefulShutdown()
    } catch {
      // Cancelled: that ends a service as well.
    }
    let report = await shutdown()
    for process in report.killed { logger.warning("\(process)") }
  }

  // MARK: For the command line and for benchmarks

  /// Processes that have a place in an engine, and engines that there are.
  package var engineUse: (processes: Int, engines: Int) { engines.use }

  /// Loads an entry: checks its binary, finds its function. The second time it is there already.
  ///
  /// - Parameter toStart: Whether a process will be started at once: then its code is loaded meanwhile.
  package func load(_ id: EntryID, toStart: Bool = false) throws(RuntimeError) -> LoadedEntry {
    guard case .wasm(let loaded) = try source(id, toStart: toStart) else {
      throw .entry("\(id) is not a WebAssembly entry")
    }
    return loaded
  }

  func knownSource(_ id: EntryID) -> ProgramSource? { sources.withLock { $0[id] } }

  /// Keeps a loaded source; whoever loaded it first wins.
  func remember(_ source: ProgramSource) -> ProgramSource {
    sources.withLock { sources in
      if let known = sources[source.id] { return known }
      sources[source.id] = source
      return source
    }
  }

  /// The host `id`, or the project's only process host.
  package func host(_ id: EntryID?) throws(RuntimeError) -> Host {
    guard !isShutDown.load(ordering: .relaxed) else { throw .refused("the runtime is shutting down") }
    guard let registry else { return makeHost(EntryID(namespace: "wippy", name: "host"), maxProcesses: 0) }
    do {
      if let id {
        let entry = try registry.requireEntry(id)
        if entry.kind == "terminal.host" { return makeHost(id, maxProcesses: 0) }
        let host = try ProcessHostEntry(entry)
        return makeHost(id, maxProcesses: host.maxProcesses ?? 0, queueSize: host.queueSize ?? 0)
      }
    } catch {
      throw .entry("\(error)")
    }
    let candidates = registry.entries(ofKindGlob: "process.host")
    guard let only = candidates.first, candidates.count == 1 else {
      throw .entry(
        candidates.isEmpty
          ? "the project has no process.host: add an entry `{name: processes, kind: process.host}`"
          : "the project has several process hosts: name one of \(candidates.map { "\($0.id)" }.joined(separator: ", "))"
      )
    }
    return try self.host(only.id)
  }

  private func makeHost(_ id: EntryID, maxProcesses: Int, queueSize: Int = 0) -> Host {
    hosts.withLock { hosts in
      if let known = hosts[id] { return known }
      let host = scheduler.makeHost(id: id, maxProcesses: maxProcesses, queueSize: queueSize)
      hosts[id] = host
      return host
    }
  }
}

extension ProcessStatus {
  init(_ info: ProcessSnapshot) {
    let state: State =
      switch info.state {
      case .starting: .starting
      case .runnable: .runnable
      case .running: .running
      case .waiting: .waiting
      case .ending: .ending
      }
    self.init(
      pid: info.pid, entry: info.entry, host: info.host, state: state, waitsFor: info.waitsFor,
      mailboxLength: info.mailboxLength, mailboxBytes: info.mailboxBytes, memory: info.memory, cpuTime: info.cpuTime,
      age: info.age, restarts: info.restarts, names: info.names, parent: info.parent)
  }
}

extension Registry {
  /// `cache.directory`, which is relative to the project root.
  fileprivate var cacheDirectory: String? {
    settings.cacheDirectory.map { FilePath.join(project.root, $0) }
  }

  /// The most workers that a host asks for; `nil` when none does.
  fileprivate var hostWorkers: Int? {
    entries(ofKindGlob: "process.host").compactMap { entry in
      do {
        return try ProcessHostEntry(entry).workers
      } catch {
        // An entry that cannot be read has been reported when the registry was loaded.
        return nil
      }
    }.max()
  }
}
