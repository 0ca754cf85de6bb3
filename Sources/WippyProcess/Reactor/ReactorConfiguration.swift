/// How a reactor is set up.
package struct ReactorConfiguration: Sendable, Hashable {
  /// Threads for work that blocks.
  package var blockingThreads: Int
  /// Blocking work that waits for a thread.
  package var blockingQueue: Int
  /// After how long an idle blocking thread leaves.
  package var blockingIdleMilliseconds: UInt64

  package init(
    blockingThreads: Int = 64, blockingQueue: Int = 4096, blockingIdleMilliseconds: UInt64 = 10_000
  ) {
    self.blockingThreads = blockingThreads
    self.blockingQueue = blockingQueue
    self.blockingIdleMilliseconds = blockingIdleMilliseconds
  }
}
