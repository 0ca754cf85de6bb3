import WippyCore
import WippyProcess
import WippyRegistry

extension Runtime {
  /// Starts all services and supervisors of the project that have `auto_start`, and what they need; returns when they run.
  ///
  /// - Throws: `RuntimeError.services` when one of them does not start. What has started has been stopped again.
  public func startServices() async throws(RuntimeError) {
    let roots = try automaticServices()
    guard !roots.isEmpty else { return }
    let started: Result<[String], RuntimeError> = await withCheckedContinuation { continuation in
      do throws(RuntimeError) {
        try startServices(roots) { continuation.resume(returning: .success($0)) }
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    let problems = try started.get()
    guard !problems.isEmpty else { return }
    await stopServices()
    throw .services(problems: problems)
  }

  /// The services and supervisors that have `auto_start`.
  package func automaticServices() throws(RuntimeError) -> [EntryID] {
    guard let registry else { return [] }
    do {
      return try ServiceUnits(registry).automatic()
    } catch {
      throw .entry("\(error)")
    }
  }

  /// The services and supervisors that an entry needs.
  package func services(neededBy id: EntryID) throws(RuntimeError) -> [EntryID] {
    guard let registry else { return [] }
    // Most commands need none.
    guard registry.entries.contains(where: { ServiceUnits.mayBeUnit($0) }) else { return [] }
    do {
      return try ServiceUnits(registry).needed(by: id)
    } catch {
      throw .entry("\(error)")
    }
  }

  /// Starts services and what they need. Once for a runtime.
  ///
  /// - Parameter completion: Gets the problems of what did not start, each with its place; called once, on any thread.
  package func startServices(
    _ roots: [EntryID], _ completion: @escaping @Sendable ([String]) -> Void
  ) throws(RuntimeError) {
    guard let registry else { throw .entry("there is no project, and so there are no services") }
    let units: [ServiceUnit]
    do {
      units = try ServiceUnits(registry).units(roots)
    } catch {
      throw .entry("\(error)")
    }
    var placed: [(unit: ServiceUnit, host: Host)] = []
    for unit in units { placed.append((unit, try supervisionHost(unit.host))) }
    let boot = try ServiceBoot(placed, scheduler: scheduler, journal: journal)
    guard install(boot) else { throw .refused("the services have been started, or the runtime is shutting down") }
    try startThreads()
    boot.start { [logger] report in
      if report.isSuccess { logger.info("running", metadata: ["services": "\(units.count)"]) }
      completion(
        report.failures.map { failure in
          let field = failure.cause == nil ? nil : "lifecycle.requires"
          let text = "it did not start: \(failure.message)"
          return registry.entry(failure.unit)?.diagnostic(at: field, text).description ?? "\(failure.unit): \(text)"
        })
    }
  }

  /// Shuts down, a command first: it needs the services.
  package func shutdown(command: ProcessID?) async -> ShutdownReport {
    guard hasServices, let command, let entry = scheduler.info(command)?.entry else { return await shutdown() }
    cancel(command, reason: "shutdown")
    let wasKilled = await exitReason(of: command) == .killed
    let report = await shutdown()
    return wasKilled ? ShutdownReport(killed: [KilledProcess(pid: command, entry: entry)] + report.killed) : report
  }

  /// Stops what `startServices` has started, in reverse order.
  func stopServices() async {
    guard let boot = installedBoot else { return }
    await withCheckedContinuation { continuation in
      boot.stop { _ in continuation.resume() }
    }
  }

  /// Where a service or a supervisor itself runs: a supervisor of supervisors need not say.
  func supervisionHost(_ id: EntryID?) throws(RuntimeError) -> Host {
    try host(id ?? registry?.entries(ofKindGlob: "process.host").first?.id)
  }
}
