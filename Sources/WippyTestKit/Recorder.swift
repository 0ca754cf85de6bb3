import Synchronization

/// Collects what happens, in order, and lets a test wait for it.
package final class Recorder<Event: Sendable>: Sendable {
  private struct State: Sendable {
    var events: [Event] = []
    var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  package init() {}

  package var events: [Event] { state.withLock { $0.events } }

  package func record(_ event: Event) {
    let due = state.withLock { state in
      state.events.append(event)
      let count = state.events.count
      let due = state.waiters.filter { $0.count <= count }
      state.waiters.removeAll { $0.count <= count }
      return due
    }
    for waiter in due { waiter.continuation.resume() }
  }

  /// Waits until there are `count` events.
  package func wait(for count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.events.count >= count { return true }
        state.waiters.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}
