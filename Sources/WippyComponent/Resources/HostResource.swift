/// The host's object behind a handle that a guest holds. It is released when the handle is dropped.
package protocol HostResource: AnyObject {
  /// Handles that were made from this one and are still there: a pollable of a stream. The guest must drop
  /// them first; dropping this one before traps.
  var openChildren: Int { get }

  /// Whether it is the instance's as long as that lives, as standard streams are, and not the call's that made it.
  var outlivesCall: Bool { get }
}

extension HostResource {
  package var openChildren: Int { 0 }
  package var outlivesCall: Bool { false }
}
