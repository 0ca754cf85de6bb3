import Synchronization
import WippyCore

/// Every process that has not ended, by serial: several small tables, so that workers seldom meet at one lock.
final class ProcessTable: Sendable {
  private let shards: [Shard]

  init(shardBits: Int = 5) {
    shards = (0..<(1 << shardBits)).map { _ in Shard() }
  }

  func insert(_ process: ScheduledProcess) {
    let serial = process.pid.serial
    shard(serial).processes.withLock { $0[serial] = process }
  }

  func remove(_ process: ScheduledProcess) {
    let serial = process.pid.serial
    _ = shard(serial).processes.withLock { $0.removeValue(forKey: serial) }
  }

  subscript(serial: UInt64) -> ScheduledProcess? {
    shard(serial).processes.withLock { $0[serial] }
  }

  /// The process that `pid` names; `nil` also for one of another node or host.
  subscript(pid: ProcessID) -> ScheduledProcess? {
    guard let process = self[pid.serial], process.pid == pid else { return nil }
    return process
  }

  /// A snapshot, in the order of their spawns.
  func all() -> [ScheduledProcess] {
    shards.flatMap { shard in shard.processes.withLock { Array($0.values) } }
      .sorted { $0.pid.serial < $1.pid.serial }
  }

  private func shard(_ serial: UInt64) -> Shard {
    shards[Int(truncatingIfNeeded: serial) & (shards.count - 1)]
  }

  private final class Shard: Sendable {
    let processes = Mutex<[UInt64: ScheduledProcess]>([:])
  }
}
