import Synchronization
import WippyCore

extension Scheduler: ProcessSystem {
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
    let (length, bytes) = process.mailbox.withLock { mailbox in
      mailbox.status == .open ? (mailbox.count, UInt64(mailbox.bytes)) : (nil, 0)
    }
    return ProcessSnapshot(
      pid: process.pid, entry: process.entry, host: process.host.name, state: visible, waitsFor: waitsFor,
      mailboxLength: length, mailboxBytes: bytes, memory: memory, cpuTime: process.cpuTime(at: now),
      age: now.nanoseconds(since: process.spawnTime), restarts: process.origin?.restarts ?? 0,
      names: process.control.withLock { $0.relations.names }, parent: process.origin?.parent)
  }
}
