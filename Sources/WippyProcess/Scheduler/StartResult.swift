import WippyCore

/// How a spawn ended: with a process, or with the reason why there is none.
package enum StartResult: Sendable, Hashable {
  case started(ProcessID)
  /// The process ended, or was ended, before its Init was complete. There will be no exit notification.
  case failed(ExitReason)
}
