import Synchronization
import WippyComponent
import WippyCore
import WippyEngine

/// A guest as a process: instantiates it, calls one function, and says how that ended.
package final class WasmProgram: ProcessProgram, GuestHost, @unchecked Sendable {
  // @unchecked: `guest`, `context` and `phase` belong to the worker that holds the process; the rest is constant or
  // atomic. Nor are accesses to these three checked: they are all within single statements.

  private let bound: BoundGuest
  private let export: BoundExport?
  private let arguments: [Value]
  /// Makes the objects that a function takes as owned handles, in place of arguments.
  private let makeResources: (@Sendable () -> [any HostResource])?
  private let limits: GuestLimits
  private let makeServices: ((any ProcessContext) -> any GuestServices)?
  private let onClose: @Sendable () -> Void
  @exclusivity(unchecked) private var guest: GuestInstance?
  private var services: (any GuestServices)?
  @exclusivity(unchecked) private unowned(unsafe) var context: (any ProcessContext)?
  @exclusivity(unchecked) private var phase = Phase.instantiating
  private let memory = Atomic<UInt64>(0)
  /// Of a guest that may have served others, or is to.
  @exclusivity(unchecked) private var reuse: GuestReuse?
  @exclusivity(unchecked) private var calls = 0
  @exclusivity(unchecked) private var releaseGuest: (@Sendable () -> Void)?

  private enum Phase {
    case instantiating
    case lowering
    case running
    /// The function has returned, or there was none to call: the guest is as it should be.
    case returned
  }

  /// - Parameters:
  ///   - export: The function to call; `nil` fails the start.
  ///   - arguments: Values in the normal form of its parameters.
  ///   - makeResources: Called once, on a worker: the objects that the function takes as owned handles.
  ///   - makeServices: Called once, on the worker that begins the process; `nil` for a guest that calls nobody.
  ///   - reuse: For a guest that goes on to other processes; its `release` is then for the guest itself, and `onClose`
  ///     for the call.
  ///   - onClose: Called when everything that the guest held is free, or with another owner.
  package init(
    export: BoundExport?, of bound: BoundGuest, arguments: [Value], limits: GuestLimits,
    makeResources: (@Sendable () -> [any HostResource])? = nil,
    makeServices: ((any ProcessContext) -> any GuestServices)?,
    reuse: GuestReuse? = nil,
    onClose: @escaping @Sendable () -> Void
  ) {
    self.reuse = reuse
    releaseGuest = reuse?.idle == nil ? reuse?.release : nil
    self.bound = bound
    self.export = export
    self.arguments = arguments
    self.makeResources = makeResources
    self.limits = limits
    self.makeServices = makeServices
    self.onClose = onClose
  }

  package func step(_ context: any ProcessContext) -> StepOutcome {
    self.context = context
    let guest = guest ?? makeGuest(context)
    var progress = GuestProgress.ready
    switch phase {
    case .returned: return .exit(.normal(nil))
    case .instantiating:
      progress = guest.instantiate()
      if case .ready = progress {
        if reuse?.isPreparation == true {
          phase = .returned
          return .exit(.normal(nil))
        }
        phase = .lowering
        guard let export else { return .exit(.start("the function is not one of this guest's")) }
        guest.prepare(export, arguments: makeResources.map { guest.hold($0(), for: export) } ?? arguments)
        progress = guest.lowerArguments()
      }
    case .lowering: progress = guest.lowerArguments()
    case .running: progress = guest.run()
    }
    switch progress {
    case .ready:
      phase = .running
      return .started
    case .suspended(let isWaiting):
      let used = measureMemory(guest)
      if let reason = memoryExceeded(used, trap: nil) { return .exit(reason) }
      return isWaiting ? .wait : .yield
    case .returned(let value):
      let reason = reason(for: value)
      if case .normal = reason {
        phase = .returned
        calls += 1
      }
      return .exit(reason)
    case .failed(let failure): return .exit(reason(for: failure, memory: measureMemory(guest)))
    }
  }

  /// Only where somebody can ask for it: many processes end in their first slice.
  private func measureMemory(_ guest: GuestInstance) -> UInt64 {
    let used = guest.measureMemory()
    memory.store(used, ordering: .relaxed)
    return used
  }

  package func close() {
    if !keepGuest() {
      guest?.abandon()
      guest = nil
      services = nil
      releaseGuest.take()?()
    }
    onClose()
  }

  /// Makes the guest another process's, if it is fit for that.
  private func keepGuest() -> Bool {
    guard let reuse = self.reuse.take() else { return false }
    guard let guest, let services else {
      // It was never stepped.
      if let idle = reuse.idle { reuse.keep(idle) }
      return false
    }
    guard case .returned = phase, guest.leave(), let release = releaseGuest.take() else { return false }
    services.leave()
    self.guest = nil
    self.services = nil
    reuse.keep(IdleGuest(guest, services: services, calls: calls, release: release))
    return true
  }

  package func interrupt() {
    bound.engine.incrementEpoch()
  }

  package var memoryInUse: UInt64 { memory.load(ordering: .relaxed) }

  package func epochMoved() -> EpochDecision {
    switch context?.interruption() {
    case .yield: .yield
    case .proceed, nil: .proceed
    }
  }

  private func makeGuest(_ context: any ProcessContext) -> GuestInstance {
    if let idle = reuse?.idle, let (guest, release) = idle.take() {
      reuse?.idle = nil
      calls = idle.calls
      releaseGuest = release
      guest.enter(context.pid, host: self)
      reuse?.enter(idle.services, context)
      services = idle.services
      self.guest = guest
      return guest
    }
    let services: any GuestServices = makeServices?(context) ?? NoServices.shared
    let guest = GuestInstance(
      bound: bound, pid: context.pid, host: self, services: services, memoryLimit: limits.eachMemory,
      tableLimit: limits.eachTable,
      maximumHandles: limits.maxResources)
    self.services = services
    self.guest = guest
    return guest
  }

  // MARK: Exit reasons

  private func reason(for value: Value?) -> ExitReason {
    guard let signature = export?.planned.signature else { return .normal(value) }
    switch MethodOutcome(value, of: signature.type) {
    case .success(let value): return .normal(value)
    case .failure(let value): return .error(value)
    }
  }

  private func reason(for failure: GuestFailure, memory: UInt64) -> ExitReason {
    switch failure {
    case .stopped(let reason): return reason
    case .engine(let message):
      if case .running = phase { return .trap(Trap(message: message)) }
      return .start(message)
    case .trap(var trap):
      trap.lastErrorOutput = services?.lastErrorOutput ?? ""
      return memoryExceeded(memory, trap: trap) ?? .trap(trap)
    }
  }

  /// The engine bounds each memory; the sum is bounded here.
  ///
  /// The engine does not tell of a `memory.grow` that it refused. A trap counts as one of memory when less than an
  /// eighth of the limit was left: allocators ask for more than a page, and abort when they do not get it.
  private func memoryExceeded(_ used: UInt64, trap: Trap?) -> ExitReason? {
    // Allocators that get nothing abort; another trap has another cause.
    guard let limit = limits.maxMemory, trap.map({ $0.message == "unreachable" }) ?? true else { return nil }
    let room: UInt64 = trap == nil ? 0 : max(64 << 10, limit / 8)
    guard used.addingReportingOverflow(room).partialValue > limit else { return nil }
    return .memory(LimitExceeded(limit: "max_memory", allowed: limit, used: used), trap)
  }
}
