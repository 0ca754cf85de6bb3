import Synchronization
import WippyComponent
import WippyEngine

/// One engine with the guests that are bound to it. It is dropped as a whole when its engine is.
final class EngineRoom: Sendable {
  let engine: Engine
  private let bindings = Mutex<[UInt64: Binding]>([:])

  /// One guest's place. Its lock is held while the guest is compiled: two processes do not compile the same one, and
  /// none waits for another guest's compilation.
  private final class Binding: Sendable {
    /// Kept, so that no other guest gets its identity.
    let guest: LoadedGuest
    let bound = Mutex<BoundGuest?>(nil)

    init(_ guest: LoadedGuest) {
      self.guest = guest
    }
  }

  init(_ configuration: EngineConfiguration, on machine: MachineLimits) throws(EngineError) {
    engine = try Engine(configuration, on: machine)
  }

  /// The guest for this engine; compiled or loaded the first time.
  func bound(
    _ guest: LoadedGuest, compile: (GuestPlan.ModuleSource) throws(EngineError) -> Module
  ) throws(GuestLoadError) -> BoundGuest {
    try binding(of: guest).bound.withLock { (bound) throws(GuestLoadError) in
      if let bound { return bound }
      let made = try BoundGuest(plan: guest.plan, engine: engine, binary: { guest.file.completed }, compile: compile)
      bound = made
      return made
    }
  }

  private func binding(of guest: LoadedGuest) -> Binding {
    let key = UInt64(UInt(bitPattern: ObjectIdentifier(guest)))
    return bindings.withLock { bindings in
      if let known = bindings[key] { return known }
      let new = Binding(guest)
      bindings[key] = new
      return new
    }
  }
}
