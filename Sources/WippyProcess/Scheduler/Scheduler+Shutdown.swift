import WippyCore

extension Scheduler {
  /// Ends all processes: spawns are refused, everything is cancelled, and after the grace time killed.
  ///
  /// The workers stay, for what has to be closed; `stop` ends them.
  ///
  /// - Parameter host: Only this host and its processes.
  /// - Returns: The processes that had to be killed, in the order of their spawns.
  package func shutdown(_ host: Host? = nil, graceMilliseconds: UInt64) async -> [ProcessID] {
    await withCheckedContinuation { continuation in
      shutdown(host, graceMilliseconds: graceMilliseconds) { continuation.resume(returning: $0) }
    }
  }

  /// The same with a callback, which runs once, on the thread that saw the last of it.
  package func shutdown(
    _ host: Host? = nil, graceMilliseconds: UInt64, _ completion: @escaping @Sendable ([ProcessID]) -> Void
  ) {
    let hosts = host.map { [$0] } ?? allHosts
    let shutdown = Shutdown(hosts: hosts.count, completion)
    for host in hosts { host.close() }
    for process in processes(of: hosts) {
      // The kill below is the grace timer.
      cancel(process, reason: Scheduler.shutdownReason, graceMilliseconds: .max)
    }
    let deadline = reactor.now().advanced(byNanoseconds: graceMilliseconds.millisecondsAsNanoseconds)
    let timer = reactor.schedule(at: deadline) { [self] in
      shutdown.kill { processes(of: hosts).filter { $0.stop(.killed) }.map(\.pid) }
      // A step that does not listen to its interrupts is our own mistake; it must not keep the caller for ever.
      let last = reactor.now().advanced(byNanoseconds: Scheduler.killTimeout)
      shutdown.setTimer(reactor.schedule(at: last) { shutdown.finish() }, reactor)
    }
    shutdown.setTimer(timer, reactor)
    for host in hosts {
      host.onDrained { shutdown.partDone() }
    }
    if hosts.isEmpty { shutdown.finish() }
  }

  private static let killTimeout: UInt64 = 5_000_000_000

  private func processes(of hosts: [Host]) -> [ScheduledProcess] {
    table.all().filter { process in hosts.contains { $0 === process.host } }
  }
}
