import WippyCore

/// What is known of a service, at each change of it.
package struct ServiceStatus: Sendable, Hashable {
  package enum State: String, Sendable, Hashable, CaseIterable {
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

  package var state: State
  /// The processes that run, by instance.
  package var processes: [ProcessID]
  /// Restarts of all instances.
  package var restarts: Int
  /// Why the last start failed or the last process ended, in words.
  package var lastFailure: String?
  /// Processes that did not stop in time. Only when `stopped`.
  package var killed: [ProcessID]

  package init(
    state: State = .unknown, processes: [ProcessID] = [], restarts: Int = 0, lastFailure: String? = nil,
    killed: [ProcessID] = []
  ) {
    self.state = state
    self.processes = processes
    self.restarts = restarts
    self.lastFailure = lastFailure
    self.killed = killed
  }
}
