import Synchronization
import WippyCore

/// Every process that has not ended, by serial: several small tables, so that workers seldom meet at one lock.
///
/// Unchecked: the memory of the tables is never moved, and each has its lock.
final class ProcessTable: @unchecked Sendable {
  private typealias Shard = Mutex<[UInt64: ScheduledProcess]>

  // No array of objects: to reach a table counts no references.
  private let shards: UnsafeMutablePointer<Shard>
  private let count: Int

  init(shardBits: Int = 5) {
    count = 1 << shardBits
    shards = .allocate(capacity: count)
    for index in 0..<count { (shards + index).initialize(to: Mutex([:])) }
  }

  deinit {
    shards.deinitialize(count: count)
    shards.deallocate()
  }

  func insert(_ process: ScheduledProcess) {
    let serial = process.pid.serial
    shard(serial).pointee.withLock { $0[serial] = process }
  }

  func remove(_ process: ScheduledProcess) {
    let serial = process.pid.serial
    _ = shard(serial).pointee.withLock { $0.removeValue(forKey: serial) }
  }

  subscript(serial: UInt64) -> ScheduledProcess? {
    shard(serial).pointee.withLock { $0[serial] }
  }

  /// The process that `pid` names; `nil` also for one of another node or host.
  subscript(pid: ProcessID) -> ScheduledProcess? {
    guard let process = self[pid.serial], process.pid == pid else { return nil }
    return process
  }

  /// A snapshot, in the order of their spawns.
  func all() -> [ScheduledProcess] {
    (0..<count).flatMap { index in shards[index].withLock { Array($0.values) } }
      .sorted { $0.pid.serial < $1.pid.serial }
  }

  private func shard(_ serial: UInt64) -> UnsafeMutablePointer<Shard> {
    shards + (Int(truncatingIfNeeded: serial) & (count - 1))
  }
}
