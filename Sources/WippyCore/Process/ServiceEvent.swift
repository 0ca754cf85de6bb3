/// A service has changed its state.
public struct ServiceEvent: Sendable, Hashable {
  /// What a `process.service` does.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Nobody has started it.
    case unknown
    /// An instance starts, or waits for its next attempt.
    case starting
    /// Every instance has started, and what should run does.
    case running
    case stopping
    /// Ended as asked.
    case stopped
    /// Every instance has ended and will not be restarted.
    case exited
    /// An instance cannot be started, or has been restarted as often as it may.
    case failed
  }

  /// The `process.service` entry.
  public let service: EntryID
  public let state: State
  /// The state before; `unknown` at the first start.
  public let previous: State
  /// Restarts of all its instances since it was started.
  public let restarts: Int
  /// Why its last start failed or its last process ended, in words; `nil` when none did.
  public let failure: String?

  package init(service: EntryID, state: State, previous: State, restarts: Int, failure: String?) {
    self.service = service
    self.state = state
    self.previous = previous
    self.restarts = restarts
    self.failure = failure
  }
}
