import WippyCore
import WippyEngine

/// One running guest: its store, its instances, its handles, and the call that it is in.
///
/// Owned by one program; entered only by the worker that holds the process.
package final class GuestInstance: StoreOwner, @unchecked Sendable {
  // @unchecked: reachable from the program, which the scheduler enters on one worker at a time; the operation
  // that it waits for is completed elsewhere, but holds no reference to the guest.

  // The properties of each suspension are not checked for overlapping accesses, which costs a tenth of it: none of
  // them is passed on by reference.

  /// The process that it runs for.
  package internal(set) var pid: ProcessID
  package let bound: BoundGuest
  /// What the guest's host functions work on: the owner's business.
  package let services: AnyObject
  package internal(set) var handles: GuestHandles
  package let maximumHandles: Int
  unowned var host: any GuestHost
  private let store: Store
  let operands = CallOperands()
  @exclusivity(unchecked) var future: CallFuture?
  @exclusivity(unchecked) var instances: [Instance] = []
  /// Those of `bound.memories` that were looked up.
  @exclusivity(unchecked) private var memories: [Memory?] = []
  /// The memories that count as the guest's, once its instances are there; most guests have one.
  @exclusivity(unchecked) private var mainMemory: Memory?
  @exclusivity(unchecked) private var furtherMemories: [Memory] = []
  @exclusivity(unchecked) private var hasFoundMemories = false
  /// Why the guest must end, when a host function said so.
  package internal(set) var stopReason: ExitReason?
  /// The text with which a host function trapped the guest; the engine reports such a trap as an error of its own.
  var hostTrap: String?

  // The resumable import that the guest is in. It is in at most one: guest code that runs meanwhile is
  // `realloc`, which may call no import. The bound guest keeps it.
  @exclusivity(unchecked) unowned(unsafe) var current: BoundImport?
  var resultAddress: UInt32 = 0
  var flatResult: UInt64 = 0
  @exclusivity(unchecked) private var operation: (any PendingOperation)?
  @exclusivity(unchecked) private var continuation: ((borrowing HostCall) throws(HostFault) -> HostReply)?
  private var waitFault: HostFault?
  private var reply: Value?
  // What is asked of the guest's `realloc`, and what it has given: for the arguments of a call, then for what its
  // imports return.
  @exclusivity(unchecked) var allocations: [Lowering.Allocation] = []
  @exclusivity(unchecked) var pointers: [UInt32] = []
  /// The flags of the component instances; the memory that generated code shares, once that is there.
  private var flags: UnsafeMutableRawBufferPointer
  /// Where they are until then, and for guests without such code.
  private let ownFlags: UnsafeMutableRawBufferPointer
  /// Whether the last poll ended because the guest waits, and not because its slice was over.
  @exclusivity(unchecked) package internal(set) var isWaiting = false

  @exclusivity(unchecked) var call: PreparedCall?
  @exclusivity(unchecked) var flatArguments: [CoreValue] = []
  /// Those of the call under way, or of the last one.
  @exclusivity(unchecked) var selected: ExportFunctions?
  /// Those of other exports that were called.
  @exclusivity(unchecked) var otherFunctions: [ExportFunctions] = []
  // The adapter that stays in the guest between calls; see `GuestInstance+Serving`.
  @exclusivity(unchecked) private(set) var resident: CallFuture?
  @exclusivity(unchecked) private(set) var residentPolling: CallFuture.Polling?
  /// Whether the adapter has made the call; until its poll returns.
  @exclusivity(unchecked) var isServed = false
  /// Whether the adapter stays when it has.
  @exclusivity(unchecked) var staysResident = false
  /// The export whose plain calls go straight to the resident adapter.
  @exclusivity(unchecked) private(set) var servedExport: ObjectIdentifier?
  // A call of plain values while it is under way; see `GuestInstance+PlainCalls`.
  @exclusivity(unchecked) var transferArea: TransferArea?
  @exclusivity(unchecked) var plain: PlainCall?
  @exclusivity(unchecked) var plainText: String?
  // Made once: a closure is an allocation, and a call needs both of them.
  private(set) lazy var lowerArgument: Lowering.HandleLowering = {
    [unowned self] (reference, type, owned) throws(ABIViolation) in
    try lowerResource(reference, type, isOwned: owned, into: call?.export.planned.instance ?? 0)
  }
  private(set) lazy var liftResult: Lifting.HandleLifting = {
    [unowned self] (handle, type, owned) throws(ABIViolation) in
    try liftResource(handle, type, isOwned: owned, from: call?.export.planned.instance ?? 0)
  }
  /// Set while a module without a start function is instantiated: what the engine runs then, initializers without
  /// loops, cannot suspend.
  @exclusivity(unchecked) var isInSynchronousCall = false
  @exclusivity(unchecked) var startFunction = StartState.before
  /// The number of instances when the instantiation last made way for others.
  var yieldedAt = 0
  /// What `context.set` has stored, by component instance and slot.
  @exclusivity(unchecked) var taskContext: [[Int]: UInt32] = [:]
  /// What several modules import, while the guest is being instantiated.
  @exclusivity(unchecked) var sharedImports: SharedImports?
  /// Keeps the linker of an instantiation that may suspend.
  var startLinker: LinkerHolder?

  /// Resources that went out of the guest as values.
  var held: [UInt32: HandleTable.Entry] = [:]
  var nextHeld: UInt32 = 1

  package init(
    bound: BoundGuest, pid: ProcessID, host: any GuestHost, services: AnyObject, memoryLimit: UInt64?,
    tableLimit: UInt64? = nil,
    maximumHandles: Int
  ) {
    self.bound = bound
    self.pid = pid
    self.host = host
    self.services = services
    self.maximumHandles = maximumHandles
    handles = GuestHandles(instances: bound.plan.parents.count)
    ownFlags = .allocate(byteCount: 2 * bound.plan.parents.count, alignment: 1)
    ownFlags.initializeMemory(as: UInt8.self, repeating: 0)
    flags = ownFlags
    store = Store(engine: bound.engine, memoryLimit: memoryLimit, tableLimit: tableLimit)
    super.init()
    store.setOwner(self)
  }

  deinit {
    // Before the store, which the future runs in.
    abandon()
    ownFlags.deallocate()
    if transferArea != nil { TransferArea.release() }
  }

  package var context: StoreContext { store.context }

  /// Gives up what is pending. The guest is not entered any more.
  package func abandon() {
    operation?.cancel()
    operation = nil
    continuation = nil
    future = nil
    setResident(nil)
  }

  /// The adapter that stays in the guest from now on, and the export whose plain calls it takes.
  func setResident(_ future: consuming CallFuture?, plainly export: BoundExport? = nil) {
    residentPolling = future?.polling
    servedExport = export.map { ObjectIdentifier($0) }
    resident = future
  }

  package override func noticed() { finished() }

  package override func epochMoved() -> EpochDecision {
    if isServed { return .yield }
    return isInSynchronousCall ? .proceed : host.epochMoved()
  }

  /// Whether nothing of a call is under way.
  var isAtRest: Bool {
    future == nil && operation == nil && continuation == nil && call == nil && plain == nil && stopReason == nil
      && hostTrap == nil
  }

  // MARK: Running

  /// Polls the future; `true` when it is done.
  func poll() -> Bool {
    isWaiting = false
    return future?.poll() ?? true
  }

  // MARK: Resumable imports

  package override func waitResult() -> UInt64? {
    // Taken out and put back: that counts no references.
    if let operation = operation.take(), !operation.isComplete {
      self.operation = operation
      isWaiting = true
      return nil
    }
    do throws(HostFault) {
      guard let current, let then = continuation.take() else { throw .trap("nothing to resume") }
      return try command(
        for: then(HostCall(guest: self, context: context, values: RawValues(), linked: current)), context)
    } catch {
      // A trap has to come from a call of the guest's.
      waitFault = error
      return AdapterCommand.fail
    }
  }

  func takeWaitFault() -> HostFault { waitFault.take() ?? .trap("nothing has failed") }

  /// Takes a host function's reply, and gives the adapter its next command. Inlined, or the reply would be copied.
  @inline(__always)
  func command(for reply: consuming HostReply, _ context: StoreContext) throws(HostFault) -> UInt64 {
    switch consume reply {
    case .done: return AdapterCommand.done
    case .flat(let bits): return finished(bits)
    case .wait(let operation, let then):
      self.operation = operation
      continuation = then
      return AdapterCommand.wait
    case .value(let value): return try beginLowering(value, context)
    }
  }

  private func beginLowering(_ value: Value, _ context: StoreContext) throws(HostFault) -> UInt64 {
    guard let current, let layout = current.planned.signature?.result else { return 0 }
    allocations.removeAll(keepingCapacity: true)
    pointers.removeAll(keepingCapacity: true)
    do {
      try lowering(current.planned.encoding).allocations(for: value, layout, into: &allocations)
    } catch {
      throw .trap(error.message)
    }
    reply = value
    return try nextAllocation(context)
  }

  /// Takes the pointer that the guest's `realloc` returned.
  func allocated(_ pointer: UInt32, _ context: StoreContext) throws(HostFault) -> UInt64 {
    setMayLeave(current?.planned.instance ?? 0, true)
    pointers.append(pointer)
    return try nextAllocation(context)
  }

  private func nextAllocation(_ context: StoreContext) throws(HostFault) -> UInt64 {
    guard pointers.count == allocations.count else {
      setMayLeave(current?.planned.instance ?? 0, false)
      return AdapterCommand.allocate(allocations[pointers.count])
    }
    guard let value = reply, let current, let signature = current.planned.signature,
      let layout = signature.result
    else {
      return 0
    }
    reply = nil
    let bytes = memory(current.memory).map { context.bytes(of: $0) }
    var target = Lowering.Target(
      memory: GuestMemory(bytes ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)), pointers: pointers[...])
    let lowering = lowering(current.planned.encoding)
    do {
      if signature.resultInMemory {
        try target.memory.check(resultAddress, count: UInt64(layout.size), alignment: layout.alignment)
        try lowering.store(value, layout, at: resultAddress, &target)
      } else {
        var flat: [CoreValue] = []
        try lowering.lower(value, layout, &target, into: &flat)
        switch flat.first {
        case .i32(let bits), .f32(let bits): return finished(UInt64(bits))
        case .i64(let bits), .f64(let bits): return finished(bits)
        case nil: break
        }
      }
    } catch {
      throw .trap(error.message)
    }
    return AdapterCommand.done
  }

  /// The command that returns a flat result: within itself where there is room.
  private func finished(_ bits: UInt64) -> UInt64 {
    if current?.returnsInCommand == true { return AdapterCommand.done(UInt32(truncatingIfNeeded: bits)) }
    flatResult = bits
    return AdapterCommand.done
  }

  /// Lowers results of host functions, whose resources are in the table already.
  private func lowering(_ encoding: StringEncoding) -> Lowering {
    Lowering(encoding: encoding) { (reference, _, _) throws(ABIViolation) in reference.handle }
  }

  func outcome(of fault: HostFault) -> HostOutcome {
    switch fault {
    case .trap(let message):
      hostTrap = message
      return .trap(message)
    case .exit(let reason):
      stopReason = reason
      return .trap("the process ends: \(reason.kind.rawValue)")
    }
  }

  // MARK: Component instances

  /// Takes the memory of the flags into use, when the step that makes it is done.
  func adoptFlags() {
    guard let step = bound.plan.flagsStep, step == instances.count - 1,
      let memory = item(.export(step: step, index: 0))?.memory
    else { return }
    let shared = context.bytes(of: memory)
    if shared.count >= ownFlags.count { moveFlags(to: shared) }
  }

  /// Goes on with the flags in a memory that cannot grow, so that it stays where it is.
  func moveFlags(to shared: UnsafeMutableRawBufferPointer) {
    shared.copyMemory(from: UnsafeRawBufferPointer(flags))
    flags = shared
  }

  /// Imports may not be called from `realloc` or a post-return function: CanonicalABI.md, `may_leave`.
  @inline(__always)
  func checkMayLeave(_ instance: Int) throws(HostFault) {
    if flags[InstanceFlags.cannotLeave(instance)] != 0 { throw .trap(CallViolation.cannotLeave.message) }
  }

  func setMayLeave(_ instance: Int, _ mayLeave: Bool) {
    flags[InstanceFlags.cannotLeave(instance)] = mayLeave ? 0 : 1
  }

  /// Marks the component instances that a call of the host's is in.
  func setEntered(_ instances: [Int], _ isEntered: Bool) {
    for instance in instances { flags[InstanceFlags.isEntered(instance)] = isEntered ? 1 : 0 }
  }

  // MARK: Items

  func item(_ source: BoundGuest.CoreSource) -> Extern? {
    switch source {
    case .export(let step, let index):
      step < instances.count ? export(index, ofStep: step) : nil
    case .host(let name): bound.hostItem(name, in: context)
    }
  }

  /// The memory with this number in `bound.memories`.
  func memory(_ number: Int?) -> Memory? {
    guard let number else { return nil }
    if number < memories.count, let known = memories[number] { return known }
    guard let memory = item(bound.memories[number])?.memory else { return nil }
    if memories.isEmpty { memories = Array(repeating: nil, count: bound.memories.count) }
    memories[number] = memory
    return memory
  }

  private func export(_ index: Int, ofStep step: Int) -> Extern? {
    let name = bound.steps[step].planned.summary.exports[index].name
    return context.export(index, named: name, of: instances[step])
  }

  /// Bytes of all memories that the guest's modules export. Only for the worker that holds the process.
  package func measureMemory() -> UInt64 {
    if !hasFoundMemories, instances.count == bound.steps.count { findMemories() }
    guard let mainMemory else { return 0 }
    var total = UInt64(context.size(of: mainMemory))
    if !furtherMemories.isEmpty {
      for memory in furtherMemories { total += UInt64(context.size(of: memory)) }
    }
    return total
  }

  private func findMemories() {
    hasFoundMemories = true
    var unique: [Memory] = []
    for case .export(let step, let index) in bound.exportedMemories {
      guard let memory = export(index, ofStep: step)?.memory,
        !unique.contains(where: { $0.isSame(as: memory) })
      else { continue }
      unique.append(memory)
    }
    mainMemory = unique.first
    furtherMemories = Array(unique.dropFirst())
  }
}

/// How far the start function is that is called after the instantiation.
enum StartState {
  case before, running, done
}

/// The owner of a guest.
package protocol GuestHost: AnyObject {
  /// Decides whether a guest that computes goes on.
  func epochMoved() -> EpochDecision
}
