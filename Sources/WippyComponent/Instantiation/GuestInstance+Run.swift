import WippyCore
import WippyEngine

/// What a run of a guest came to, before it is done or when it is.
package enum GuestProgress {
  /// Parked: it waits for its operation, or its slice was over.
  case suspended(waiting: Bool)
  /// The instantiation, or the lowering of the arguments, is done.
  case ready
  /// The function returned; `nil` when it has no result.
  case returned(Value?)
  case failed(GuestFailure)
}

/// Why a guest cannot go on.
package enum GuestFailure {
  /// It trapped, or broke the canonical ABI.
  case trap(Trap)
  /// The engine could not do what it was asked to: no room for the instance, a memory above its limit.
  case engine(String)
  /// A host function ended the process.
  case stopped(ExitReason)
}

extension GuestInstance {
  /// Goes on with the instantiation until it is done, fails or suspends.
  package func instantiate() -> GuestProgress {
    while true {
      if future != nil {
        guard poll() else { return .suspended(waiting: isWaiting) }
        future = nil
        startLinker = nil
        if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
        if case .running = startFunction {
          startFunction = .done
          return .ready
        }
        instances.append(operands.instantiated)
        adoptFlags()
        continue
      }
      guard instances.count < bound.steps.count else {
        guard case .before = startFunction, let start = bound.start else { return .ready }
        guard let function = item(start)?.function else { return .failed(missing("", "start")) }
        startFunction = .running
        future = CallFuture(calling: function, arguments: [], results: 0, in: context, operands: operands)
        continue
      }
      // Many instances take long together, and none of them can be interrupted.
      if instances.count > yieldedAt, instances.count % 16 == 0, host.epochMoved() == .yield {
        yieldedAt = instances.count
        return .suspended(waiting: false)
      }
      let step = bound.steps[instances.count]
      do throws(EngineFault) {
        switch (step.planned.summary.hasStart, step.template) {
        case (false, let template?):
          isInSynchronousCall = true
          defer { isInSynchronousCall = false }
          instances.append(try context.instantiate(template))
          adoptFlags()
        case (true, let template?):
          future = CallFuture(instantiating: template, in: context, operands: operands)
        case (false, nil):
          var imports: [Extern] = []
          imports.reserveCapacity(step.imports.count)
          for entry in step.imports {
            guard let item = item(entry.source) else { return .failed(missing(entry.module, entry.name)) }
            imports.append(item)
          }
          isInSynchronousCall = true
          defer { isInSynchronousCall = false }
          instances.append(try context.instantiate(step.module, imports: imports))
          adoptFlags()
        case (true, nil):
          let linker = Linker(engine: bound.engine)
          linker.allowShadowing()
          for entry in step.imports {
            guard let item = item(entry.source) else { return .failed(missing(entry.module, entry.name)) }
            do throws(EngineError) {
              try linker.define(module: entry.module, name: entry.name, item, in: context)
            } catch {
              return .failed(.engine("\(error)"))
            }
          }
          future = CallFuture(instantiating: step.module, linker: linker, in: context, operands: operands)
          startLinker = LinkerHolder(linker)
        }
      } catch {
        return .failed(failure(of: error))
      }
    }
  }

  /// Prepares a call: `lower` puts the arguments into the guest, `run` calls. The arguments are in normal
  /// form, as many as the function has parameters.
  package func prepare(_ export: PlannedExport, arguments: [Value]) {
    call = bound.export(export).map { PreparedCall(export: $0, arguments: arguments) }
  }

  /// The same with an export that was looked up.
  package func prepare(_ export: BoundExport, arguments: [Value]) {
    call = PreparedCall(export: export, arguments: arguments)
  }

  /// Goes on with lowering the arguments until they are in the guest: runs its `realloc`.
  package func lowerArguments() -> GuestProgress {
    guard let instance = call?.export.planned.instance else { return .ready }
    do throws(ABIViolation) {
      if call?.allocations == nil {
        beginTask()
        let allocations = try requiredAllocations()
        call?.allocations = allocations
      }
      while let allocation = call?.nextAllocation {
        if future == nil {
          guard let source = call?.export.realloc, let realloc = item(source)?.function else {
            return .failed(violation("the function takes strings or lists, and has no realloc"))
          }
          let arguments: [CoreValue] = [
            .i32(0), .i32(0), .i32(allocation.alignment), .i32(allocation.size),
          ]
          future = CallFuture(
            calling: realloc, arguments: arguments, results: 1, in: context, operands: operands)
          setMayLeave(instance, false)
        }
        guard poll() else { return .suspended(waiting: isWaiting) }
        future = nil
        setMayLeave(instance, true)
        if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
        guard case .i32(let pointer) = operands.result(0) else {
          return .failed(violation("realloc returned no pointer"))
        }
        call?.pointers.append(pointer)
      }
      if call?.flat == nil {
        let flat = try loweredArguments()
        call?.flat = flat
      }
      return .ready
    } catch {
      return .failed(violation(error.message))
    }
  }

  /// Goes on with the prepared call until it has returned, fails or suspends.
  package func run() -> GuestProgress {
    while call != nil {
      if future == nil, let failure = beginCall() { return .failed(failure) }
      guard poll() else { return .suspended(waiting: isWaiting) }
      future = nil
      if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
      if let progress = endCall() { return progress }
    }
    return .failed(.engine("no call is prepared"))
  }

  /// Makes the future of the function, or of its post-return function.
  private func beginCall() -> GuestFailure? {
    guard let export = call?.export else { return nil }
    let isReturning = call?.isReturning == true
    guard let source = isReturning ? export.postReturn : export.function, let function = item(source)?.function
    else { return missing("", export.planned.name) }
    let arguments = (isReturning ? call?.results : call?.flat) ?? []
    future = CallFuture(
      calling: function, arguments: arguments, results: isReturning ? 0 : export.planned.coreType.results.count,
      in: context, operands: operands)
    return nil
  }

  /// Takes the results of the function; `nil` when its post-return function is to run.
  private func endCall() -> GuestProgress? {
    guard let export = call?.export else { return nil }
    let instance = export.planned.instance
    if call?.isReturning == true {
      setMayLeave(instance, true)
      setEntered(export.entered, false)
      let value = call?.value
      call = nil
      return .returned(value)
    }
    do throws(ABIViolation) {
      let results = (0..<export.planned.coreType.results.count).map { operands.result($0) }
      if export.lends { try handles.exitScope() }
      let value = try lift(results, export)
      guard export.postReturn != nil else {
        setEntered(export.entered, false)
        call = nil
        return .returned(value)
      }
      call?.results = results
      call?.value = value
      call?.isReturning = true
      setMayLeave(instance, false)
      return nil
    } catch {
      return .failed(violation(error.message))
    }
  }

  // MARK: Parts

  /// The host enters the component instance of the function, and those around it.
  private func beginTask() {
    guard let export = call?.export else { return }
    setEntered(export.entered, true)
    if !taskContext.isEmpty { taskContext = [:] }
    if export.lends { handles.enterScope() }
  }

  private func requiredAllocations() throws(ABIViolation) -> [Lowering.Allocation] {
    guard let call, let signature = call.export.planned.signature else { return [] }
    var list: [Lowering.Allocation] = []
    if let spilled = signature.spilledParameters {
      list.append(Lowering.Allocation(size: spilled.size, alignment: spilled.alignment))
    }
    let lowering = argumentLowering(call.export.planned)
    for (layout, value) in zip(signature.parameters, call.arguments) {
      try lowering.allocations(for: value, layout, into: &list)
    }
    return list
  }

  private func loweredArguments() throws(ABIViolation) -> [CoreValue] {
    guard let call else { return [] }
    guard let signature = call.export.planned.signature else {
      return try zip(call.export.planned.coreType.parameters, call.arguments).map { type, value throws(ABIViolation) in
        try CoreValue(value, as: type)
      }
    }
    let bytes = memory(call.export.memory).map { context.bytes(of: $0) }
    var target = Lowering.Target(
      memory: GuestMemory(bytes ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)),
      pointers: call.pointers[...])
    let lowering = argumentLowering(call.export.planned)
    if let spilled = signature.spilledParameters {
      let address = try target.next(Lowering.Allocation(size: spilled.size, alignment: spilled.alignment))
      try lowering.store(.array(call.arguments), spilled, at: address, &target)
      return [.i32(address)]
    }
    var flat: [CoreValue] = []
    for (layout, value) in zip(signature.parameters, call.arguments) {
      try lowering.lower(value, layout, &target, into: &flat)
    }
    return flat
  }

  private func argumentLowering(_ export: PlannedExport) -> Lowering {
    Lowering(encoding: export.encoding) { [unowned self] (reference, type, owned) throws(ABIViolation) in
      try lowerResource(reference, type, isOwned: owned, into: export.instance)
    }
  }

  private func lift(_ results: [CoreValue], _ export: BoundExport) throws(ABIViolation) -> Value? {
    guard let signature = export.planned.signature else { return results.first.map { Value($0) } }
    guard let layout = signature.result else { return nil }
    let bytes = memory(export.memory).map { context.bytes(of: $0) }
    var lifting = Lifting(
      memory: GuestMemory(bytes ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)),
      encoding: export.planned.encoding
    ) { [unowned self] (handle, type, owned) throws(ABIViolation) in
      try liftResource(handle, type, isOwned: owned, from: export.planned.instance)
    }
    if signature.resultInMemory {
      guard case .i32(let address)? = results.first else { throw ABIViolation("the function returned no pointer") }
      return try lifting.load(layout, at: address)
    }
    var values = results[...]
    return try lifting.lift(layout, from: &values)
  }

  private func failure(of fault: EngineFault) -> GuestFailure {
    if let stopReason { return .stopped(stopReason) }
    if let hostTrap { return .trap(Trap(message: hostTrap, backtrace: fault.trap.backtrace)) }
    return fault.isEngineError ? .engine(fault.trap.message) : .trap(fault.trap)
  }

  private func violation(_ message: String) -> GuestFailure { .trap(Trap(message: message)) }

  private func missing(_ module: String, _ name: String) -> GuestFailure {
    .engine("the item \(module.isEmpty ? "" : "\(module).")\(name) is not there")
  }
}

/// A call of an export, while it is under way.
struct PreparedCall {
  let export: BoundExport
  let arguments: [Value]
  var allocations: [Lowering.Allocation]?
  var pointers: [UInt32] = []
  var flat: [CoreValue]?
  /// Set when the function has returned and its post-return function runs.
  var isReturning = false
  var results: [CoreValue] = []
  var value: Value?

  init(export: BoundExport, arguments: [Value]) {
    self.export = export
    self.arguments = arguments
  }

  var nextAllocation: Lowering.Allocation? {
    guard let allocations, pointers.count < allocations.count else { return nil }
    return allocations[pointers.count]
  }
}

/// Keeps a linker while an instantiation uses it.
final class LinkerHolder {
  let linker: Linker

  init(_ linker: consuming Linker) {
    self.linker = linker
  }
}

extension CoreValue {
  /// A number as an argument of a core function without a WIT signature.
  init(_ value: Value, as type: CoreValueType) throws(ABIViolation) {
    switch (type, value) {
    case (.i32, .integer(let number)): self = .i32(UInt32(truncatingIfNeeded: number))
    case (.i64, .integer(let number)): self = .i64(UInt64(bitPattern: number))
    case (.i64, .unsigned(let number)): self = .i64(number)
    case (.f32, .float(let number)): self = .f32(Float(number).bitPattern)
    case (.f64, .float(let number)): self = .f64(number.bitPattern)
    default: throw ABIViolation("\(value.typeName) is no \(type)")
    }
  }
}

extension Value {
  /// The result of a core function without a WIT signature; integers are signed.
  init(_ value: CoreValue) {
    switch value {
    case .i32(let bits): self = .integer(Int64(Int32(bitPattern: bits)))
    case .i64(let bits): self = .integer(Int64(bitPattern: bits))
    case .f32(let bits): self = .float(Double(Float(bitPattern: bits)))
    case .f64(let bits): self = .float(Double(bitPattern: bits))
    }
  }
}
