/// Where processes wait: timers, descriptors, and work that the kernel can only do blocking.
///
/// An action runs on a thread of the reactor and must be short: complete an operation, wake a process. It
/// runs at most once, and never after its cancellation returned `true`.
package protocol Reactor: AnyObject, Sendable {
  func now() -> MonotonicTime

  /// The time of day, for what programs see of it.
  func wallTime() -> WallTime

  /// Runs `action` at `deadline`, or soon after it.
  func schedule(at deadline: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ReactorToken

  /// Runs `action` once when `descriptor` is ready or has failed. A descriptor that the kernel cannot watch (a regular
  /// file) is ready at once.
  func whenReady(
    _ descriptor: Int32, for readiness: Readiness, _ action: @escaping @Sendable () -> Void
  ) -> ReactorToken

  /// Gives up a timer or a descriptor's registration; `false` when its action has run or is running.
  @discardableResult
  func cancel(_ token: ReactorToken) -> Bool

  /// Runs `work` on the bounded pool of blocking threads; `false` when its queue is full.
  func runBlocking(_ work: @escaping @Sendable () -> Void) -> Bool
}

extension Reactor {
  /// A clock that a test moves is its own time of day.
  package func wallTime() -> WallTime {
    let (seconds, rest) = now().nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return WallTime(seconds: seconds, nanoseconds: UInt32(rest))
  }
}

/// Names one registration at a reactor.
package struct ReactorToken: Hashable, Sendable {
  package let id: UInt64
  package init(id: UInt64) { self.id = id }
}

/// What a descriptor is waited for.
package enum Readiness: Sendable, Hashable {
  case readable
  case writable
}
