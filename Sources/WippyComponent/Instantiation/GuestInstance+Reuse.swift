import WippyCore
import WippyEngine

extension GuestInstance {
  /// Takes leave of a process whose call has returned: drops the resources that were the call's.
  ///
  /// - Returns: Whether another process may go on with the instance.
  package func leave() -> Bool {
    // What went out as a value is valid while its process lives, and its guest would have to drop it.
    guard isAtRest, held.isEmpty, handles.endCall() else { return false }
    host = NoHost.shared
    return true
  }

  /// Goes on for another process.
  package func enter(_ pid: ProcessID, host: any GuestHost) {
    self.pid = pid
    self.host = host
  }
}

/// The owner of a guest that no process has.
private final class NoHost: GuestHost, Sendable {
  static let shared = NoHost()

  func epochMoved() -> EpochDecision { .proceed }
}
