import Synchronization
import WippyCore

/// A timer of the reactor that may be given up from another thread.
final class TimerToken: Sendable {
  private let token = Mutex<ReactorToken?>(nil)

  func set(_ new: ReactorToken) { token.withLock { $0 = new } }

  /// `false` when it has run, or was never there.
  @discardableResult
  func cancel(_ reactor: any Reactor) -> Bool {
    let current = token.withLock { token in
      defer { token = nil }
      return token
    }
    return current.map { reactor.cancel($0) } ?? false
  }
}
