import Synchronization
import WippyComponent
import WippyEngine

/// One engine with the guests that are bound to it. It is dropped as a whole when its engine is.
final class EngineRoom: Sendable {
  let engine: Engine
  private let bound = Mutex<[UInt64: Binding]>([:])
  /// Held while a guest is bound, so that two processes do not compile the same one.
  private let binding = Mutex<Void>(())

  /// The guest is kept, so that no other one gets its identity.
  private struct Binding {
    let guest: LoadedGuest
    let bound: BoundGuest
  }

  init(_ configuration: EngineConfiguration, on machine: MachineLimits) throws(EngineError) {
    engine = try Engine(configuration, on: machine)
  }

  /// The guest for this engine; compiled or loaded the first time.
  func bound(
    _ guest: LoadedGuest, compile: (GuestPlan.ModuleSource) throws(EngineError) -> Module
  ) throws(GuestLoadError) -> BoundGuest {
    let key = UInt64(UInt(bitPattern: ObjectIdentifier(guest)))
    if let known = bound.withLock({ $0[key]?.bound }) { return known }
    return try binding.withLock { _ throws(GuestLoadError) in
      if let known = bound.withLock({ $0[key]?.bound }) { return known }
      let made = try BoundGuest(plan: guest.plan, engine: engine, compile: compile)
      bound.withLock { $0[key] = Binding(guest: guest, bound: made) }
      return made
    }
  }
}
