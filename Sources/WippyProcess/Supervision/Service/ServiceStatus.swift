import WippyCore

/// What is known of a service, at each change of it.
package struct ServiceStatus: Sendable, Hashable {
  package typealias State = ServiceEvent.State

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
