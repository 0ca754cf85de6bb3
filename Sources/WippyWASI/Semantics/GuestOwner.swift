import Synchronization
import WippyCore

/// The process that a guest serves at the moment.
package final class GuestOwner: Sendable {
  private let current: Mutex<ProcessID>

  package init(_ pid: ProcessID) {
    current = Mutex(pid)
  }

  package var pid: ProcessID {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}
