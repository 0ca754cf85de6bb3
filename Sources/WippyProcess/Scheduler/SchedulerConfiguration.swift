import Glibc

/// How a scheduler is set up.
package struct SchedulerConfiguration: Sendable, Hashable {
  /// Worker threads; at least 1, at most 1024.
  package var workers: Int
  /// The clock tick, 1 to 10 ms: limits are enforced within two of them.
  package var tickMilliseconds: UInt64
  /// How long a step computes before others have their turn: 1 tick or more.
  package var sliceMilliseconds: UInt64
  /// Processes in one worker's queue; what is beyond goes to the queue that all share. At least 2.
  package var localQueueSize: Int

  /// - Parameter workers: 0 is one for each processor.
  package init(
    workers: Int = 0, tickMilliseconds: UInt64 = 1, sliceMilliseconds: UInt64? = nil,
    localQueueSize: Int = 256
  ) {
    self.workers = workers > 0 ? workers : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    self.tickMilliseconds = tickMilliseconds
    self.sliceMilliseconds = sliceMilliseconds ?? tickMilliseconds
    self.localQueueSize = localQueueSize
  }

  func validate() throws(ProcessError) {
    guard (1...1024).contains(workers) else {
      throw .invalidConfiguration("`workers` is \(workers); give 1 to 1024")
    }
    guard (1...10).contains(tickMilliseconds) else {
      throw .invalidConfiguration("`tick_ms` is \(tickMilliseconds); give 1 to 10")
    }
    guard (tickMilliseconds...60_000).contains(sliceMilliseconds) else {
      throw .invalidConfiguration(
        "the slice is \(sliceMilliseconds) ms; give \(tickMilliseconds) (a tick) to 60000")
    }
    guard (2...1_000_000).contains(localQueueSize) else {
      throw .invalidConfiguration("`local_queue_size` is \(localQueueSize); give 2 to 1000000")
    }
  }
}
