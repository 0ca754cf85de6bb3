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

  @discardableResult
  package func cancel(_ pid: ProcessID, reason: String?, from: ProcessID?, graceMilliseconds: UInt64?) -> Bool {
    guard let process = table[pid] else { return false }
    return cancel(process, reason: reason, from: from, graceMilliseconds: graceMilliseconds)
  }

  /// A program that handles a cancel itself is told, and is killed when its grace time is over; any other one ends at its
  /// next suspension or interruption with reason `cancelled`.
  @discardableResult
  func cancel(
    _ process: ScheduledProcess, reason: String?, from: ProcessID? = nil, graceMilliseconds: UInt64?
  ) -> Bool {
    guard process.signal(.cancel(reason: reason), from: from) || process.deliverCancel(reason: reason) else {
      return process.stop(.cancelled(reason: reason))
    }
    guard process.control.withLock({ $0.beginGrace() }) else { return true }
    let grace = graceMilliseconds ?? process.limits.cancelGraceMilliseconds
    guard grace < .max else { return true }
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
      table[pid]?.control.withLock { $0.add(Observer(id: id, observer: observer)) } ?? false
    if !isAdded { observer(pid, .noproc) }
    return MonitorToken(process: pid, id: id)
  }

  /// Takes a monitor back; `false` when it has been told, or is being told.
  @discardableResult
  package func demonitor(_ token: MonitorToken) -> Bool {
    table[token.process]?.control.withLock { $0.removeObserver(token.id) } ?? false
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
}
