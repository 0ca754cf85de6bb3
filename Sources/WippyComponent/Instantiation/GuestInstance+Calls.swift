import WippyCore
import WippyEngine

extension GuestInstance {
  /// Prepares a call: `lowerArguments` puts the arguments into the guest, `run` calls. The arguments are in normal
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
    guard let export = call?.export else { return .ready }
    do throws(ABIViolation) {
      if call?.hasBegun == false {
        call?.hasBegun = true
        beginTask(of: export)
        allocations.removeAll(keepingCapacity: true)
        pointers.removeAll(keepingCapacity: true)
        if export.needsAllocation { try requireAllocations(export) }
      }
      while pointers.count < allocations.count {
        if future == nil {
          guard beginAllocation(export) else {
            return .failed(violation("the function takes strings or lists, and has no realloc"))
          }
        }
        guard poll() else { return .suspended(waiting: isWaiting) }
        future = nil
        setMayLeave(export.planned.instance, true)
        if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
        for place in 0..<batchCount {
          guard case .i32(let pointer) = operands.result(place) else {
            return .failed(violation("realloc returned no pointer"))
          }
          pointers.append(pointer)
        }
      }
      flatArguments.removeAll(keepingCapacity: true)
      try lowerFlat(export)
      // Another call is unlikely to need as much.
      if allocations.count > GuestInstance.keptAllocations { (allocations, pointers) = ([], []) }
      return .ready
    } catch {
      return .failed(violation(error.message))
    }
  }

  private static let keptAllocations = 1000

  /// Goes on with the prepared call until it has returned, fails or suspends.
  package func run() -> GuestProgress {
    while let export = call?.export {
      if future == nil, let failure = beginCall(of: export) { return .failed(failure) }
      guard poll() else { return .suspended(waiting: isWaiting) }
      future = nil
      if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
      if let progress = endCall(of: export) { return progress }
    }
    return .failed(.engine("no call is prepared"))
  }

  /// Makes the future of the function, or of its post-return function.
  private func beginCall(of export: BoundExport) -> GuestFailure? {
    let resultCount = export.planned.coreType.results.count
    if let result = call?.result {
      guard let function = functions(of: export).postReturn else { return missing("", export.planned.name) }
      flatArguments.removeAll(keepingCapacity: true)
      if resultCount > 0 { flatArguments.append(result) }
      future = CallFuture(
        calling: function, arguments: flatArguments, results: 0, in: context, operands: operands)
    } else {
      guard let function = functions(of: export).function else { return missing("", export.planned.name) }
      future = CallFuture(
        calling: function, arguments: flatArguments, results: resultCount, in: context, operands: operands)
    }
    return nil
  }

  /// Takes the result of the function; `nil` when its post-return function is to run.
  private func endCall(of export: BoundExport) -> GuestProgress? {
    let instance = export.planned.instance
    if call?.result != nil {
      setMayLeave(instance, true)
      setEntered(export.entered, false)
      let value = call?.value
      call = nil
      return .returned(value)
    }
    do throws(ABIViolation) {
      let result = export.planned.coreType.results.isEmpty ? nil : operands.result(0)
      if export.lends { try handles.exitScope() }
      let value = try lift(result, export)
      guard export.postReturn != nil else {
        setEntered(export.entered, false)
        call = nil
        return .returned(value)
      }
      call?.result = result ?? .i32(0)
      call?.value = value
      setMayLeave(instance, false)
      return nil
    } catch {
      return .failed(violation(error.message))
    }
  }

  // MARK: Parts

  /// The host enters the component instance of the function, and those around it.
  private func beginTask(of export: BoundExport) {
    setEntered(export.entered, true)
    if !taskContext.isEmpty { taskContext = [:] }
    if export.lends { handles.enterScope() }
  }

  private func requireAllocations(_ export: BoundExport) throws(ABIViolation) {
    guard let arguments = call?.arguments, let signature = export.planned.signature else { return }
    var list = allocations
    allocations = []
    defer { allocations = list }
    if let spilled = signature.spilledParameters {
      list.append(Lowering.Allocation(size: spilled.size, alignment: spilled.alignment))
    }
    let lowering = Lowering(encoding: export.planned.encoding, lowerHandle: lowerArgument)
    for (layout, value) in zip(signature.parameters, arguments) {
      try lowering.allocations(for: value, layout, into: &list)
    }
  }

  /// Asks for the next piece of memory, or for the next few at once.
  private func beginAllocation(_ export: BoundExport) -> Bool {
    let wanted = allocations[pointers.count...].prefix(BatchAllocator.size)
    if wanted.count > 1, let batch = batchAllocator(of: export) {
      batchCount = wanted.count
      flatArguments.removeAll(keepingCapacity: true)
      flatArguments.append(.i32(UInt32(wanted.count)))
      for allocation in wanted { flatArguments += [.i32(allocation.alignment), .i32(allocation.size)] }
      while flatArguments.count < BatchAllocator.type.parameters.count { flatArguments.append(.i32(0)) }
      future = CallFuture(
        calling: batch, arguments: flatArguments, results: BatchAllocator.size, in: context, operands: operands)
    } else {
      guard let realloc = functions(of: export).realloc, let allocation = wanted.first else { return false }
      batchCount = 1
      flatArguments.removeAll(keepingCapacity: true)
      flatArguments += [.i32(0), .i32(0), .i32(allocation.alignment), .i32(allocation.size)]
      future = CallFuture(
        calling: realloc, arguments: flatArguments, results: 1, in: context, operands: operands)
    }
    setMayLeave(export.planned.instance, false)
    return true
  }

  /// The batch allocator for the `realloc` of an export, once this guest's kind has asked for much.
  private func batchAllocator(of export: BoundExport) -> Function? {
    guard let source = export.realloc else { return nil }
    if let known = batchAllocators.first(where: { $0.realloc == source }) { return known.function }
    guard let module = bound.batchAllocator(allocations: allocations.count), let realloc = item(source) else { return nil }
    isInSynchronousCall = true
    defer { isInSynchronousCall = false }
    // Where there is no room for another instance, the pieces are asked for one by one.
    let instance = try? context.instantiate(module, imports: [realloc])
    let function = instance.flatMap { context.export(0, named: BatchAllocator.export, of: $0) }?.function
    batchAllocators.append((source, function))
    return function
  }

  private func lowerFlat(_ export: BoundExport) throws(ABIViolation) {
    guard let arguments = call?.arguments else { return }
    guard let signature = export.planned.signature else {
      for (type, value) in zip(export.planned.coreType.parameters, arguments) {
        flatArguments.append(try CoreValue(value, as: type))
      }
      return
    }
    let bytes = memory(export.memory).map { context.bytes(of: $0) }
    var target = Lowering.Target(
      memory: GuestMemory(bytes ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)), pointers: pointers[...])
    let lowering = Lowering(encoding: export.planned.encoding, lowerHandle: lowerArgument)
    if let spilled = signature.spilledParameters {
      let address = try target.next(Lowering.Allocation(size: spilled.size, alignment: spilled.alignment))
      try lowering.store(.array(arguments), spilled, at: address, &target)
      flatArguments.append(.i32(address))
      return
    }
    var flat = flatArguments
    flatArguments = []
    defer { flatArguments = flat }
    for (layout, value) in zip(signature.parameters, arguments) {
      try lowering.lower(value, layout, &target, into: &flat)
    }
  }

  private func lift(_ result: CoreValue?, _ export: BoundExport) throws(ABIViolation) -> Value? {
    guard let signature = export.planned.signature else { return result.map { Value($0) } }
    guard let layout = signature.result else { return nil }
    guard let result else { throw ABIViolation("the function returned nothing") }
    let bytes = memory(export.memory).map { context.bytes(of: $0) }
    var lifting = Lifting(
      memory: GuestMemory(bytes ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)),
      encoding: export.planned.encoding, liftHandle: liftResult)
    if signature.resultInMemory {
      guard case .i32(let address) = result else { throw ABIViolation("the function returned no pointer") }
      return try lifting.load(layout, at: address)
    }
    return try lifting.lift(layout, from: result)
  }

  /// The functions of an export, looked up: a process calls the same one over and over.
  private func functions(of export: BoundExport) -> ExportFunctions {
    if let known = exportFunctions, known.export === export { return known }
    func find(_ source: BoundGuest.CoreSource?) -> Function? { source.flatMap { item($0) }?.function }
    let found = ExportFunctions(
      export: export, function: find(export.function), realloc: export.needsAllocation ? find(export.realloc) : nil,
      postReturn: find(export.postReturn))
    exportFunctions = found
    return found
  }
}

/// A call of an export, while it is under way.
struct PreparedCall {
  let export: BoundExport
  let arguments: [Value]
  /// Whether its arguments are being lowered.
  var hasBegun = false
  /// Set when the function has returned and its post-return function runs.
  var result: CoreValue?
  var value: Value?

  init(export: BoundExport, arguments: [Value]) {
    self.export = export
    self.arguments = arguments
  }
}

/// The core functions of an export in one guest.
struct ExportFunctions {
  let export: BoundExport
  let function: Function?
  /// Only where the arguments need it.
  let realloc: Function?
  let postReturn: Function?
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
