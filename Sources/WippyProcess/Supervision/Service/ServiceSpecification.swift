import WippyCore

/// A service before it runs: what it starts, and what happens when that ends. Times are nanoseconds.
package struct ServiceSpecification: Sendable, Hashable {
  /// The process or supervisor that it runs.
  package var process: EntryID
  package var host: EntryID?
  package var arguments: [Value]
  /// How many of them.
  package var instances: Int
  package var policy: RestartType
  package var backoff: Backoff
  /// A run that is longer begins the counting of attempts anew.
  package var stableThreshold: UInt64
  package var startTimeout: UInt64
  package var stopTimeout: UInt64

  /// The defaults are those of `lifecycle`.
  package init(
    process: EntryID, host: EntryID? = nil, arguments: [Value] = [], instances: Int = 1,
    policy: RestartType = .transient, backoff: Backoff = .init(), stableThreshold: UInt64 = 5_000_000_000,
    startTimeout: UInt64 = 10_000_000_000, stopTimeout: UInt64 = 10_000_000_000
  ) {
    self.process = process
    self.host = host
    self.arguments = arguments
    self.instances = max(1, instances)
    self.policy = policy
    self.backoff = backoff
    self.stableThreshold = stableThreshold
    self.startTimeout = startTimeout
    self.stopTimeout = stopTimeout
  }
}

/// How long restarts wait: `lifecycle.restart`. Times are nanoseconds.
package struct Backoff: Sendable, Hashable {
  package var initialDelay: UInt64
  package var maxDelay: UInt64
  package var factor: Double
  /// The part of a delay that is random, 0 to 1.
  package var jitter: Double
  /// 0 is no limit.
  package var maxAttempts: Int

  package init(
    initialDelay: UInt64 = 1_000_000_000, maxDelay: UInt64 = 90_000_000_000, factor: Double = 2,
    jitter: Double = 0.1,
    maxAttempts: Int = 0
  ) {
    self.initialDelay = initialDelay
    self.maxDelay = maxDelay
    self.factor = factor
    self.jitter = jitter
    self.maxAttempts = maxAttempts
  }

  /// The delay before attempt `attempt` (from 1), with `random` of -1 to 1 as its jitter.
  package func delay(attempt: Int, random: Double) -> UInt64 {
    var delay = Double(initialDelay)
    // Stepwise, and no further than the bound: a power could overflow.
    var remaining = max(0, attempt - 1)
    while remaining > 0, delay > 0, delay < Double(maxDelay), factor > 1 {
      delay *= factor
      remaining -= 1
    }
    delay = min(delay, Double(maxDelay))
    delay += delay * jitter * min(1, max(-1, random))
    // Two to the 63rd nanoseconds are 292 years.
    return UInt64(min(max(0, delay), 9.2e18))
  }
}
