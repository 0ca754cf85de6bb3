import CWasmtime
import Synchronization
import WippyCore

/// The engines of a runtime: makes them when processes need them, and lets go of those that are idle.
///
/// An engine is only gone when everything that was made with it is: modules, linkers, function types. Whoever
/// keeps such things for an engine forgets them when `trim` returns it.
///
/// Not generic, because every spawn passes here: it would look up its types as it runs.
package final class EngineTiers: Sendable {
  /// Whatever the owner of the tiers makes of a configuration.
  package typealias Engine = AnyObject & Sendable

  /// A process's place in an engine.
  package struct Lease: Sendable {
    package let id: TierPolicy.EngineID
    package let engine: any Engine
    package let demand: ProcessDemand
  }

  private struct State {
    var policy: TierPolicy
    /// A few: a list, because a dictionary's type would be looked up at the start of a program.
    var engines: [(id: TierPolicy.EngineID, engine: any Engine)] = []

    func engine(_ id: TierPolicy.EngineID) -> (any Engine)? {
      for item in engines where item.id == id { return item.engine }
      return nil
    }
  }

  private let state: Mutex<State>
  /// Held while an engine is made, so that two processes do not make the same one, and places in other engines are
  /// still given and taken meanwhile.
  private let growth = Mutex<Void>(())
  private let make: @Sendable (EngineConfiguration) throws(EngineError) -> any Engine

  package init(
    policy: TierPolicy, make: @escaping @Sendable (EngineConfiguration) throws(EngineError) -> any Engine
  ) {
    state = Mutex(State(policy: policy))
    self.make = make
  }

  /// Processes that have a place.
  package var processes: Int { state.withLock { $0.policy.processes } }

  /// The engines that there are now.
  package var engines: [any Engine] { state.withLock { $0.engines.map(\.engine) } }

  /// Whether there are engines that `trim` may drop later.
  package var canShrink: Bool { state.withLock { $0.engines.count > 1 } }

  /// A place for a process, in an engine that may have to be made first. Give it back with `release`.
  package func acquire(_ demand: ProcessDemand, now: @autoclosure () -> MonotonicTime) throws(EngineError) -> Lease {
    switch admit(demand) {
    case .placed(let lease): lease
    case .grow: try acquireGrowing(demand, now: now())
    case .exhausted(let exhaustion): throw .exhausted(exhaustion)
    }
  }

  private func acquireGrowing(_ demand: ProcessDemand, now: MonotonicTime) throws(EngineError) -> Lease {
    try growth.withLock { (_) throws(EngineError) -> Lease in
      while true {
        // Another process may have made the engine meanwhile.
        switch admit(demand) {
        case .placed(let lease): return lease
        case .exhausted(let exhaustion): throw .exhausted(exhaustion)
        case .grow(let configuration): try grow(configuration, now: now)
        }
      }
    }
  }

  /// Gives a place back. Everything that the process held must be free.
  package func release(_ lease: Lease, now: MonotonicTime) {
    state.withLock { $0.policy.release(lease.id, lease.demand, now: now) }
  }

  /// Drops the engines that have been empty for a while, and returns them.
  ///
  /// Let go of them, then call `giveBackFreedMemory`.
  package func trim(now: MonotonicTime) -> [any Engine] {
    state.withLock { state in
      let dropped = state.policy.dropIdle(now: now)
      let engines = state.engines.filter { dropped.contains($0.id) }.map(\.engine)
      state.engines.removeAll { dropped.contains($0.id) }
      return engines
    }
  }

  /// Returns to the kernel what thousands of ended stores left in the allocator: 80 MB after 11,000 processes.
  /// Takes 20 ms then, so it belongs after a dropped engine, not after each process.
  package static func giveBackFreedMemory() {
    malloc_trim(0)
  }

  private enum Admission {
    case placed(Lease)
    case grow(EngineConfiguration)
    case exhausted(Exhaustion)
  }

  private func admit(_ demand: ProcessDemand) -> Admission {
    state.withLock { state in
      switch state.policy.admit(demand) {
      case .grow(let configuration): return .grow(configuration)
      case .exhausted(let exhaustion): return .exhausted(exhaustion)
      case .place(let id):
        guard let engine = state.engine(id) else { preconditionFailure("an engine of the policy is missing") }
        return .placed(Lease(id: id, engine: engine, demand: demand))
      }
    }
  }

  private func grow(_ configuration: EngineConfiguration, now: MonotonicTime) throws(EngineError) {
    let engine: any Engine
    do {
      engine = try make(configuration)
    } catch {
      // Without a pool there is still room; without that engine there is none.
      guard configuration.pool != nil else { throw error }
      state.withLock { $0.policy.refusePools() }
      return
    }
    state.withLock { state in
      let id = state.policy.add(configuration, now: now)
      state.engines.append((id, engine))
    }
  }
}
