/// One thing that a process finds in its mailbox.
package struct ProcessEvent: Sendable, Hashable {
  package var kind: Kind
  /// Who sent it, or whose end it reports; `nil` when that is no process.
  package var from: ProcessID?
  /// When it was sent.
  package var at: WallTime

  package init(_ kind: Kind, from: ProcessID?, at: WallTime) {
    self.kind = kind
    self.from = from
    self.at = at
  }

  package enum Kind: Sendable, Hashable {
    case message(topic: String, payload: [Value])
    /// A monitored process has ended: exactly one for each monitor.
    case exit(ExitReason)
    /// A linked process has ended, and this one traps links.
    case linkDown(ExitReason)
    /// Asked to stop: what has not ended when its grace time is over is killed.
    case cancel(reason: String?)
  }
}
