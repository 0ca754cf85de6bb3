import Synchronization
import WippyCore

/// What the scheduler has counted.
package struct SchedulerMetrics: Sendable {
  package var processes: Int
  package var spawned: UInt64
  /// Ends of processes, by the kind of their reason.
  package var exits: [(kind: ExitReason.Kind, count: UInt64)]
  package var queued: Int
  /// Steps in each bucket of `SliceMeter.bounds`, and nanoseconds of all of them.
  package var slices: (buckets: [UInt64], sum: UInt64)
  /// Messages that wait in mailboxes.
  package var mailboxMessages: Int
}

/// Counts ends of processes by their kind.
final class ExitCounters: Sendable {
  private let counts = Mutex<[ExitReason.Kind: UInt64]>([:])

  func note(_ kind: ExitReason.Kind) { counts.withLock { $0[kind, default: 0] += 1 } }

  subscript(kind: ExitReason.Kind) -> UInt64 { counts.withLock { $0[kind] ?? 0 } }
}

extension Scheduler {
  package func metrics() -> SchedulerMetrics {
    var slices = (buckets: [UInt64](repeating: 0, count: SliceMeter.bounds.count + 1), sum: UInt64(0))
    for worker in workers + borrowedWorkers {
      let reading = worker.slices.reading
      for (index, count) in reading.buckets.enumerated() { slices.buckets[index] += count }
      slices.sum &+= reading.sum
    }
    let all = table.all()
    return SchedulerMetrics(
      processes: all.count { $0.state.isStarted }, spawned: spawnCount,
      exits: ExitReason.Kind.allCases.map { ($0, exitCounters[$0]) }.filter { $0.1 > 0 }, queued: injection.count,
      slices: slices, mailboxMessages: all.reduce(0) { $0 + $1.mailbox.withLock { $0.count } })
  }
}
