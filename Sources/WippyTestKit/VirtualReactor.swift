import Synchronization
import WippyCore
import WippyProcess

/// A reactor whose clock a test moves, and whose descriptors are ready when the test says so. It has no threads.
package final class VirtualReactor: Reactor {
  private struct Waiter: Sendable {
    var descriptor: Int32
    var readiness: Readiness
    var action: TimerQueue.Action
  }

  private struct State: Sendable {
    var now: MonotonicTime
    var timers = TimerQueue()
    var waiters: [UInt64: Waiter] = [:]
    var blocking: [TimerQueue.Action] = []
    var nextID: UInt64 = 0
  }

  private let state: Mutex<State>
  private let blockingQueue: Int

  /// - Parameter blockingQueue: How much blocking work may wait for `runBlockingWork`.
  package init(startingAt nanoseconds: UInt64 = 1_000_000_000, blockingQueue: Int = 1024) {
    state = Mutex(State(now: MonotonicTime(nanoseconds: nanoseconds)))
    self.blockingQueue = blockingQueue
  }

  // MARK: Reactor

  package func now() -> MonotonicTime { state.withLock { $0.now } }

  package func schedule(at deadline: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ReactorToken {
    state.withLock { state in
      state.nextID += 1
      state.timers.insert(id: state.nextID, at: deadline, action)
      return ReactorToken(id: state.nextID)
    }
  }

  package func whenReady(
    _ descriptor: Int32, for readiness: Readiness, _ action: @escaping @Sendable () -> Void
  ) -> ReactorToken {
    state.withLock { state in
      state.nextID += 1
      state.waiters[state.nextID] = Waiter(descriptor: descriptor, readiness: readiness, action: action)
      return ReactorToken(id: state.nextID)
    }
  }

  @discardableResult
  package func cancel(_ token: ReactorToken) -> Bool {
    let (timer, waiter) = state.withLock { state in
      (state.timers.cancel(id: token.id), state.waiters.removeValue(forKey: token.id))
    }
    return timer != nil || waiter != nil
  }

  package func runBlocking(_ work: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      guard state.blocking.count < blockingQueue else { return false }
      state.blocking.append(work)
      return true
    }
  }

  // MARK: The test's side

  /// Timers and descriptors that are waited for, and blocking work that has not run.
  package var pendingCount: Int {
    state.withLock { $0.timers.count + $0.waiters.count + $0.blocking.count }
  }

  /// The earliest deadline of a timer.
  package var nextDeadline: MonotonicTime? { state.withLock { $0.timers.nextDeadline() } }

  /// Moves the clock, and runs what becomes due, each at its own time.
  package func advance(byNanoseconds nanoseconds: UInt64) {
    let target = now().advanced(byNanoseconds: nanoseconds)
    while true {
      let action = state.withLock { state -> TimerQueue.Action? in
        guard let (deadline, action) = state.timers.popDue(at: target) else {
          state.now = max(state.now, target)
          return nil
        }
        state.now = max(state.now, deadline)
        return action
      }
      guard let action else { return }
      action()
    }
  }

  package func advance(byMilliseconds milliseconds: UInt64) {
    advance(byNanoseconds: milliseconds * 1_000_000)
  }

  /// Moves the clock to the next timer and runs it; `false` when there is none.
  package func advanceToNextTimer() -> Bool {
    guard let deadline = nextDeadline, deadline != .never else { return false }
    advance(byNanoseconds: deadline.nanoseconds(since: now()))
    return true
  }

  /// Runs everybody who waits for this, in the order of their waiting.
  package func makeReady(_ descriptor: Int32, for readiness: Readiness) {
    let due = state.withLock { state in
      let due = state.waiters.filter { $0.value.descriptor == descriptor && $0.value.readiness == readiness }
      for id in due.keys { state.waiters[id] = nil }
      return due.sorted { $0.key < $1.key }
    }
    for (_, waiter) in due { waiter.action() }
  }

  /// Runs the blocking work that waits; returns how much it was.
  @discardableResult
  package func runBlockingWork() -> Int {
    let work = state.withLock { state in
      defer { state.blocking = [] }
      return state.blocking
    }
    for item in work { item() }
    return work.count
  }
}
