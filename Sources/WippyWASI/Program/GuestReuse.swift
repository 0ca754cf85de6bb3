import WippyCore

/// How a program comes by a guest that is there already, and what becomes of it after a call that has returned.
package struct GuestReuse: Sendable {
  /// The guest to go on with; `nil` makes one.
  package var idle: IdleGuest?
  /// Whether the guest is only to be made, and no function called.
  package var isPreparation: Bool
  /// Gives the services of an idle guest the surroundings of a process.
  let enter: @Sendable (any GuestServices, any ProcessContext) -> Void
  /// Takes a guest that is fit for another call.
  let keep: @Sendable (IdleGuest) -> Void
  /// Gives the place of a new guest in its engine back.
  let release: @Sendable () -> Void

  package init(
    idle: IdleGuest? = nil, isPreparation: Bool = false,
    enter: @escaping @Sendable (any GuestServices, any ProcessContext) -> Void,
    keep: @escaping @Sendable (IdleGuest) -> Void, release: @escaping @Sendable () -> Void
  ) {
    self.idle = idle
    self.isPreparation = isPreparation
    self.enter = enter
    self.keep = keep
    self.release = release
  }
}
