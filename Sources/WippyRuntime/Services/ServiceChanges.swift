import Synchronization
import WippyCore
import WippyProcess

/// The changes of services: counted, and told to those who listen.
final class ServiceChanges: Sendable {
  /// What a service has been through.
  struct History: Sendable {
    var state = ServiceEvent.State.unknown
    var restarts = 0
    /// How often it has come into each state.
    var transitions: [ServiceEvent.State: UInt64] = [:]
  }

  /// Events that a listener may leave unread; then it misses the oldest.
  private static let maxUnread = 1000

  private struct State: Sendable {
    var histories: [EntryID: History] = [:]
    var listeners: [UInt64: AsyncStream<ServiceEvent>.Continuation] = [:]
    var nextListener: UInt64 = 0
    var isOver = false
  }

  private let state = Mutex(State())

  /// By the service's id.
  var histories: [(service: EntryID, history: History)] {
    state.withLock { $0.histories.map { ($0.key, $0.value) } }.sorted { $0.0.description < $1.0.description }
  }

  func note(_ status: ServiceStatus, of service: EntryID) {
    state.withLock { state in
      var history = state.histories[service] ?? History()
      let previous = history.state
      history.restarts = status.restarts
      if status.state != previous {
        history.state = status.state
        history.transitions[status.state, default: 0] += 1
        let event = ServiceEvent(
          service: service, state: status.state, previous: previous, restarts: status.restarts,
          failure: status.lastFailure)
        // Under the lock, so that all listeners have them in one order.
        for listener in state.listeners.values { listener.yield(event) }
      }
      state.histories[service] = history
    }
  }

  func events() -> AsyncStream<ServiceEvent> {
    let (stream, listener) = AsyncStream<ServiceEvent>.makeStream(
      bufferingPolicy: .bufferingNewest(ServiceChanges.maxUnread))
    let number = state.withLock { state -> UInt64? in
      guard !state.isOver else { return nil }
      state.nextListener += 1
      state.listeners[state.nextListener] = listener
      return state.nextListener
    }
    guard let number else {
      listener.finish()
      return stream
    }
    listener.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
    }
    return stream
  }

  /// No more events will come.
  func finish() {
    let listeners = state.withLock { state in
      state.isOver = true
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }
}
