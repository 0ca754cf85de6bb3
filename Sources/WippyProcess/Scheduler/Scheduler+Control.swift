import Synchronization
import WippyCore

extension Scheduler {
  /// Ends a process, whatever it does, with reason `killed`; `false` when there is none, or it is ending already.
  @discardableResult
  package func terminate(_ pid: ProcessID) -> Bool {
    end(pid, .killed)
  }

  /// Ends a process as `terminate` does, with another reason: what links do.
  @discardableResult
  package func end(_ pid: ProcessID, _ reason: ExitReason) -> Bool {
    table[pid]?.stop(reason) ?? false
  }

  /// Asks a process to stop; `false` when there is none, or it is ending already.
  ///
  /// A program that handles a cancel itself is told, and is killed when its grace time is over; any other one ends at its
  /// next suspension or interruption with reason `cancelled`.
  ///
  /// - Parameter graceMilliseconds: Replaces the process's `cancel_grace_ms`. The first cancel's holds.
  @discardableResult
  package func cancel(_ pid: ProcessID, reason: String? = nil, graceMilliseconds: UInt64?) -> Bool {
    guard let process = table[pid] else { return false }
    return cancel(process, reason: reason, graceMilliseconds: graceMilliseconds)
  }

  @discardableResult
  func cancel(_ process: ScheduledProcess, reason: String?, graceMilliseconds: UInt64?) -> Bool {
    let isDelivered = process.withProgram { program in
      guard program.handlesCancel else { return false }
      program.receiveCancel(reason: reason)
      return true
    }
    guard let isDelivered else { return false }
    guard isDelivered else { return process.stop(.cancelled(reason: reason)) }
    let grace = graceMilliseconds ?? process.limits.cancelGraceMilliseconds
    let deadline = reactor.now().advanced(byNanoseconds: grace.millisecondsAsNanoseconds)
    let token = reactor.schedule(at: deadline) { process.stop(.killed) }
    if !process.control.withLock({ $0.setGraceTimer(token) }) {
      reactor.cancel(token)
    }
    return true
  }

  /// Tells `observer` of the end of a process, once: at once and with `noproc` when there is none, and with `noproc` when its
  /// start fails.
  @discardableResult
  package func monitor(_ pid: ProcessID, _ observer: @escaping ExitObserver) -> MonitorToken {
    let id = monitorIDs.wrappingAdd(1, ordering: .relaxed).newValue
    let isAdded =
      table[pid]?.control.withLock { $0.add(Monitor(id: id, observer: observer)) } ?? false
    if !isAdded { observer(pid, .noproc) }
    return MonitorToken(process: pid, id: id)
  }

  /// Takes a monitor back; `false` when it has been told, or is being told.
  @discardableResult
  package func demonitor(_ token: MonitorToken) -> Bool {
    table[token.process]?.control.withLock { $0.removeMonitor(token.id) } ?? false
  }

  /// Waits for the end of a process; `noproc` when there is none.
  package func exitReason(of pid: ProcessID) async -> ExitReason {
    await withCheckedContinuation { continuation in
      monitor(pid) { _, reason in continuation.resume(returning: reason) }
    }
  }

  /// Spawns, and waits until Init is complete.
  ///
  /// - Throws: What `spawn` throws, and `startFailed`.
  package func start(
    _ program: any ProcessProgram, entry: EntryID, host: Host, limits: ProcessLimits = .init(),
    onExit: ExitObserver? = nil
  ) async throws(ProcessError) -> ProcessID {
    let result: Result<StartResult, ProcessError> = await withCheckedContinuation { continuation in
      do throws(ProcessError) {
        _ = try spawn(
          program, entry: entry, host: host, limits: limits,
          onStarted: { continuation.resume(returning: .success($0)) }, onExit: onExit)
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    switch try result.get() {
    case .started(let pid): return pid
    case .failed(let reason): throw .startFailed(reason)
    }
  }

  /// The processes that have started, in the order of their spawns.
  package func list() -> [ProcessSnapshot] {
    table.all().compactMap { $0.state.isStarted ? info(of: $0) : nil }
  }

  /// What is known of one process, also while it starts; `nil` when there is none.
  package func info(_ pid: ProcessID) -> ProcessSnapshot? {
    table[pid].map(info(of:))
  }

  private func info(of process: ScheduledProcess) -> ProcessSnapshot {
    let now = reactor.now()
    let state = process.state
    let visible: ProcessSnapshot.State
    switch state.phase {
    case .closing, .ended: visible = .ending
    case _ where !state.isStarted: visible = .starting
    case .runnable: visible = .runnable
    case .running: visible = .running
    case .waiting: visible = .waiting
    }
    let (memory, waitsFor) =
      process.withProgram { ($0.memoryInUse, visible == .waiting ? $0.waitsFor : nil) } ?? (0, nil)
    return ProcessSnapshot(
      pid: process.pid, entry: process.entry, host: process.host.name, state: visible, waitsFor: waitsFor,
      memory: memory, cpuTime: process.cpuTime(at: now), age: now.nanoseconds(since: process.spawnTime))
  }
}
