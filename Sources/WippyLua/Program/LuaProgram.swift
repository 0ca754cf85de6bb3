import CLua
import Synchronization
import WippyCore

/// A Lua process: runs the chunk, then one method of the table that it returns.
///
/// Its Init is to run the chunk: a chunk that fails, or has no such method, fails the spawn.
package final class LuaProgram: ProcessProgram, @unchecked Sendable {
  // @unchecked: `vm`, `arguments` and `phase` belong to the worker that holds the process; the rest is constant or atomic.

  private let unit: LuaUnit
  private let method: UnsafeMutablePointer<CChar>?
  private let services: LuaServices
  private let limits: LuaLimits
  private let onClose: (@Sendable () -> Void)?
  private var arguments: [Value]
  private var vm: LuaVM?
  private var phase = Phase.new
  private let thread = Atomic<Int32>(0)
  private let memory = Atomic<UInt64>(0)
  /// The address of a text that is never freed; 0 is none.
  private let waitReason = Atomic<UInt>(0)
  private static let runs = Atomic<UInt64>(0)

  private enum Phase {
    case new
    case loading
    case running
  }

  /// - Parameters:
  ///   - method: A field of the table that the chunk returns, or a global function.
  ///   - onClose: Called when everything is free.
  package init(
    unit: LuaUnit, method: String, arguments: [Value] = [], services: LuaServices, limits: LuaLimits = .init(),
    onClose: (@Sendable () -> Void)? = nil
  ) {
    self.unit = unit
    self.method = copyOfText(method)
    self.arguments = arguments
    self.services = services
    self.limits = limits
    self.onClose = onClose
  }

  deinit {
    method?.deallocate()
  }

  package var hasMailbox: Bool { true }
  package var handlesCancel: Bool { true }

  package func step(_ context: any ProcessContext) -> StepOutcome {
    if vm == nil, let failure = start(context) { return failure }
    guard let vm else { return .exit(.start("the process has ended")) }
    if vm.putsOff(context) {
      waitReason.store(UInt(bitPattern: LuaProgram.reader), ordering: .relaxed)
      return .wait
    }
    guard vm.takeCompletions() else { return memoryExceeded() }
    if let successor = vm.successor { return .become(successor.program, entry: successor.entry) }
    thread.store(clua_thread_id(), ordering: .relaxed)
    let outcome = clua_run(vm.handle)
    thread.store(0, ordering: .relaxed)
    memory.store(UInt64(clua_memory_in_use(vm.handle)), ordering: .relaxed)
    return self.outcome(of: outcome, vm)
  }

  package func close() {
    vm?.completions.close()
    vm?.close()
    vm = nil
    arguments = []
    onClose?()
  }

  package func interrupt() {
    clua_interrupt(thread.load(ordering: .relaxed))
  }

  package var memoryInUse: UInt64 { memory.load(ordering: .relaxed) }

  package var waitsFor: String? {
    UnsafePointer<CChar>(bitPattern: waitReason.load(ordering: .relaxed)).map { String(cString: $0) }
  }

  private func start(_ context: any ProcessContext) -> StepOutcome? {
    let completions = LuaCompletions { context.wake() }
    let run = LuaProgram.runs.wrappingAdd(1, ordering: .relaxed).newValue
    let vm = LuaVM(
      unit: unit, services: services, memoryLimit: Int(clamping: limits.maxMemory),
      mailboxLimit: Int(clamping: limits.maxMailbox), context: context, completions: completions, runID: run)
    guard let vm else {
      return .exit(.start("max_memory is \(limits.maxMemory) bytes: not enough to start a Lua state"))
    }
    self.vm = vm
    vm.arguments = arguments
    arguments = []
    vm.makeSuccessor = { [unit, method, services, limits, onClose] arguments in
      LuaProgram(
        unit: unit, method: method.map { String(cString: $0) } ?? "", arguments: arguments, services: services,
        limits: limits, onClose: onClose)
    }
    clua_start(vm.handle, unit.chunk.bytes, unit.chunk.count, unit.chunk.chunkName, method)
    phase = .loading
    return nil
  }

  private func outcome(of status: Int32, _ vm: LuaVM) -> StepOutcome {
    switch Int(status) {
    case CLUA_RUN_YIELD: return .yield
    case CLUA_RUN_LOADED:
      phase = .running
      return .started
    case CLUA_RUN_WAIT:
      let reason =
        clua_is_deadlocked(vm.handle)
        ? LuaProgram.deadlock : clua_waits_for(vm.handle)
      waitReason.store(UInt(bitPattern: reason), ordering: .relaxed)
      return .wait
    case CLUA_RUN_RETURNED: return .exit(LuaExit.reason(returned: vm))
    case CLUA_RUN_MEMORY: return memoryExceeded()
    case CLUA_RUN_NO_METHOD: return .exit(.start("entry \(unit.entry): \(LuaExit.message(of: vm))"))
    default:
      let error = LuaExit.error(of: vm)
      if case .loading = phase {
        return .exit(.start("entry \(unit.entry): \(error.message)"))
      }
      return .exit(.error(error.value))
    }
  }

  private func memoryExceeded() -> StepOutcome {
    let used = vm.map { UInt64(clua_memory_in_use($0.handle)) }
    let limit = LimitExceeded(limit: "max_memory", allowed: limits.maxMemory, used: used)
    return .exit(.memory(limit, nil))
  }

  private nonisolated(unsafe) static let reader: UnsafePointer<CChar>? = UnsafePointer(
    copyOfText("the reader of its output"))
  private nonisolated(unsafe) static let deadlock: UnsafePointer<CChar>? = UnsafePointer(
    copyOfText("channels into which nobody sends (deadlock)"))
}

/// A C string of its own.
private func copyOfText(_ text: String) -> UnsafeMutablePointer<CChar>? {
  let bytes = Array(text.utf8CString)
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  copy.initialize(from: bytes, count: bytes.count)
  return copy
}
