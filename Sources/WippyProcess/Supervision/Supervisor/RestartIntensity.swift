import DequeModule
import WippyCore

/// Counts restarts: at most `limit` within any `period`.
struct RestartIntensity: Sendable {
  let limit: Int
  /// Nanoseconds.
  let period: UInt64
  private var restarts: Deque<MonotonicTime> = []

  init(limit: Int, period: UInt64) {
    self.limit = limit
    self.period = period
  }

  /// Counts one more; `false` when that is too many. A restart that is exactly `period` old still counts.
  mutating func add(at now: MonotonicTime) -> Bool {
    while let oldest = restarts.first, now.nanoseconds(since: oldest) > period { restarts.removeFirst() }
    // One over the limit is the last that is ever asked for, so the list has a bound.
    restarts.append(now)
    return restarts.count <= limit
  }
}
