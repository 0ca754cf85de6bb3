import WippyCore

/// The way to the pool of blocking threads: where that is full, work waits for its turn.
struct BlockingQueue: Sendable {
  /// How long work that found the pool full waits before it asks again.
  private static let pause: UInt64 = 1_000_000

  private let reactor: any Reactor

  init(_ reactor: any Reactor) {
    self.reactor = reactor
  }

  /// Runs `work` on the pool, now or later. Whoever waits for it holds one piece of work at a time, so that as much waits
  /// here as there are processes and streams.
  func run(_ work: @escaping @Sendable () -> Void) {
    if reactor.runBlocking(work) { return }
    let later = reactor.now().advanced(byNanoseconds: BlockingQueue.pause)
    _ = reactor.schedule(at: later) { run(work) }
  }
}
