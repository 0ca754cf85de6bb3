import Synchronization

/// A flag that somebody inside of this program sets, and that processes wait for.
package final class Signal: Sendable {
  private struct State: Sendable {
    var isSet = false
    var nextID: UInt64 = 0
    var actions: [UInt64: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package var isSet: Bool { state.withLock { $0.isSet } }

  /// Sets the flag, and runs the actions that wait for it.
  package func set() {
    let actions = state.withLock { state in
      state.isSet = true
      defer { state.actions = [:] }
      return state.actions
    }
    for action in actions.values { action() }
  }

  package func clear() {
    state.withLock { $0.isSet = false }
  }

  /// Runs `action` once when the flag is set; at once when it is set already.
  func whenSet(_ action: @escaping @Sendable () -> Void) -> UInt64 {
    let id = state.withLock { state -> UInt64? in
      guard !state.isSet else { return nil }
      state.nextID += 1
      state.actions[state.nextID] = action
      return state.nextID
    }
    if id == nil { action() }
    return id ?? 0
  }

  func cancel(_ id: UInt64) {
    let action = state.withLock { $0.actions.removeValue(forKey: id) }
    withExtendedLifetime(action) {}
  }
}
