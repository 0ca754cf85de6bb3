import Synchronization
import WippyComponent

/// A guest that is ready for a call, and that no process has: one was made for the first call, or has served others.
package final class IdleGuest: @unchecked Sendable {
  // @unchecked: whoever has it is its only owner, and hands it on under a lock.

  /// The calls that it has served.
  package let calls: Int
  let services: any GuestServices
  private var guest: GuestInstance?
  private let release: Mutex<(@Sendable () -> Void)?>

  /// - Parameter release: Gives the guest's place in its engine back; called when the guest is freed.
  init(_ guest: GuestInstance, services: any GuestServices, calls: Int, release: @escaping @Sendable () -> Void) {
    self.guest = guest
    self.services = services
    self.calls = calls
    self.release = Mutex(release)
  }

  deinit {
    guest = nil
    release.withLock { $0.take() }?()
  }

  /// What its program runs.
  package var bound: BoundGuest? { guest?.bound }

  /// Gives the guest to a program, which frees it, or makes it idle again.
  func take() -> (guest: GuestInstance, release: @Sendable () -> Void)? {
    guard let guest, let release = release.withLock({ $0.take() }) else { return nil }
    self.guest = nil
    return (guest, release)
  }
}
