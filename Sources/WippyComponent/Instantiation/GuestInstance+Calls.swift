import WippyCore
import WippyEngine

extension GuestInstance {
  /// Prepares a call: `lowerArguments` puts the arguments into the guest, `run` calls. The arguments are in normal
  /// form, as many as the function has parameters.
  package func prepare(_ export: PlannedExport, arguments: [Value]) {
    call = nil
    if let export = bound.export(export) { prepare(export, arguments: arguments) }
  }

  /// The same with an export that was looked up.
  package func prepare(_ export: BoundExport, arguments: [Value]) {
    if preparePlain(export, arguments) { return }
    if plain != nil { dropPlain() }
    call = PreparedCall(export: export, arguments: arguments)
  }

  /// Goes on with lowering the arguments until they are in the guest: runs its `realloc`, unless an adapter does.
  package func lowerArguments() -> GuestProgress {
    // Apart, because this is all that there is to it in a plain call, and so in `run`.
    plain != nil ? .ready : lowerOrdinary()
  }

  @inline(never)
  private func lowerOrdinary() -> GuestProgress {
    guard let export = call?.export else { return .ready }
    do throws(ABIViolation) {
      if call?.hasBegun == false {
        call?.hasBegun = true
        beginTask(of: export)
        allocations.removeAll(keepingCapacity: true)
        pointers.removeAll(keepingCapacity: true)
        if export.needsAllocation { try requireAllocations(export) }
        select(export)
      }
      guard selected?.adapter == nil else { return .ready }
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
        guard case .i32(let pointer) = operands.result(0) else {
          return .failed(violation("realloc returned no pointer"))
        }
        pointers.append(pointer)
      }
      try lowerFlat(export)
      return .ready
    } catch {
      return .failed(violation(error.message))
    }
  }

  /// Goes on with the prepared call until it has returned, fails or suspends.
  package func run() -> GuestProgress {
    if let plain { return servePlain(plain) }
    return runOrdinary()
  }

  @inline(never)
  private func runOrdinary() -> GuestProgress {
    if let adapter = selected?.adapter, let export = call?.export { return serve(export, adapter) }
    // First, because most often there is nothing else to do.
    if future != nil, !poll() { return .suspended(waiting: isWaiting) }
    while let export = call?.export {
      if future == nil {
        if let failure = beginCall(of: export) { return .failed(failure) }
        guard poll() else { return .suspended(waiting: isWaiting) }
      }
      future = nil
      if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
      if let progress = endCall(of: export) { return progress }
    }
    return .failed(.engine("no call is prepared"))
  }

  /// Makes the future of the function, or of its post-return function.
  private func beginCall(of export: BoundExport) -> GuestFailure? {
    guard let selected else { return .engine("no call is prepared") }
    guard let function = call?.isReturning == true ? selected.postReturn : selected.function else {
      return missing("", export.planned.name)
    }
    let resultCount = call?.isReturning == true ? 0 : export.planned.coreType.results.count
    future = CallFuture(
      calling: function, arguments: flatArguments, results: resultCount, in: context, operands: operands)
    return nil
  }

  /// Takes the result of the function; `nil` when its post-return function is to run.
  private func endCall(of export: BoundExport) -> GuestProgress? {
    if call?.isReturning != true {
      let result = export.planned.coreType.results.isEmpty ? nil : operands.result(0)
      do throws(ABIViolation) {
        try takeResult(result, export)
      } catch {
        return .failed(violation(error.message))
      }
      if call?.isReturning == true {
        flatArguments.removeAll(keepingCapacity: true)
        if let result { flatArguments.append(result) }
        return nil
      }
    }
    return .returned(endTask(of: export))
  }

  /// The host leaves the component instances that it had entered.
  func endTask(of export: BoundExport) -> Value? {
    if export.postReturn != nil { setMayLeave(export.planned.instance, true) }
    setEntered(export.entered, false)
    // Another call is unlikely to need as much.
    if allocations.count > GuestInstance.keptAllocations { (allocations, pointers) = ([], []) }
    let value = call?.value
    call = nil
    return value
  }

  private static let keptAllocations = 1000

  /// The function has returned: lifts the result, before a post-return function releases it.
  func takeResult(_ result: CoreValue?, _ export: BoundExport) throws(ABIViolation) {
    if export.lends { try handles.exitScope() }
    call?.value = try lift(result, export)
    guard export.postReturn != nil else { return }
    call?.isReturning = true
    setMayLeave(export.planned.instance, false)
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

  private func beginAllocation(_ export: BoundExport) -> Bool {
    guard let realloc = selected?.realloc else { return false }
    let allocation = allocations[pointers.count]
    flatArguments.removeAll(keepingCapacity: true)
    flatArguments.append(.i32(0))
    flatArguments.append(.i32(0))
    flatArguments.append(.i32(allocation.alignment))
    flatArguments.append(.i32(allocation.size))
    future = CallFuture(
      calling: realloc, arguments: flatArguments, results: 1, in: context, operands: operands)
    setMayLeave(export.planned.instance, false)
    return true
  }

  func lowerFlat(_ export: BoundExport) throws(ABIViolation) {
    guard let arguments = call?.arguments else { return }
    flatArguments.removeAll(keepingCapacity: true)
    if let types = export.integerParameters, lowerIntegers(arguments, types) { return }
    guard let signature = export.planned.signature else {
      for (type, value) in zip(export.planned.coreType.parameters, arguments) {
        flatArguments.append(try CoreValue(value, as: type))
      }
      return
    }
    var target = Lowering.Target(
      memory: guestMemory(export.needsAllocation ? export.memory : nil), pointers: pointers[...])
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

  /// The shortest way, for what is nothing but integers.
  private func lowerIntegers(_ arguments: [Value], _ types: [CoreValueType]) -> Bool {
    guard arguments.count == types.count else { return false }
    flatArguments.reserveCapacity(types.count)
    for index in types.indices {
      guard case .integer(let number) = arguments[index] else {
        flatArguments.removeAll(keepingCapacity: true)
        return false
      }
      let bits = UInt64(bitPattern: number)
      flatArguments.append(types[index] == .i64 ? .i64(bits) : .i32(UInt32(truncatingIfNeeded: bits)))
    }
    return true
  }

  private func guestMemory(_ number: Int?) -> GuestMemory {
    GuestMemory(
      memory(number).map { context.bytes(of: $0) } ?? UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  private func lift(_ result: CoreValue?, _ export: BoundExport) throws(ABIViolation) -> Value? {
    guard let signature = export.planned.signature else { return result.map { Value($0) } }
    guard let layout = signature.result else { return nil }
    guard let result else { throw ABIViolation("the function returned nothing") }
    if let integer = Lifting.integer(result, layout) { return integer }
    var lifting = Lifting(
      memory: guestMemory(signature.resultInMemory ? export.memory : nil), encoding: export.planned.encoding,
      liftHandle: liftResult)
    if signature.resultInMemory {
      guard case .i32(let address) = result else { throw ABIViolation("the function returned no pointer") }
      return try lifting.load(layout, at: address)
    }
    return try lifting.lift(layout, from: result)
  }

  /// Finds the functions of an export: a process calls the same one over and over.
  private func select(_ export: BoundExport) {
    staysResident = selected?.export === export
    if !staysResident {
      stopServing()
      let known = otherFunctions.firstIndex { $0.export === export }
      let found = known.map { otherFunctions.remove(at: $0) } ?? ExportFunctions(export, in: self)
      if let selected { otherFunctions.append(selected) }
      selected = found
    }
    guard let selected, selected.adapter == nil, export.canHaveAdapter else { return }
    selected.calls += 1
    guard selected.calls == ExportDemand.step else { return }
    selected.calls = 0
    guard otherFunctions.count < GuestInstance.maximumAdapters else { return }
    selected.adapter = export.adapter(calls: ExportDemand.step, of: bound)?.function(in: self)
  }

  /// Each takes the room of an instance in the engine's pool.
  private static let maximumAdapters = 8
}

/// A call of an export, while it is under way.
struct PreparedCall {
  let export: BoundExport
  let arguments: [Value]
  /// Whether its arguments are being lowered.
  var hasBegun = false
  /// Set when the function has returned and its post-return function runs.
  var isReturning = false
  var value: Value?

  init(export: BoundExport, arguments: [Value]) {
    self.export = export
    self.arguments = arguments
  }
}

/// The core functions of an export in one guest. Only its guest works with it.
final class ExportFunctions {
  let export: BoundExport
  let function: Function?
  /// Only where the arguments need it.
  let realloc: Function?
  let postReturn: Function?
  /// Calls them all; there when there were many calls.
  @exclusivity(unchecked) var adapter: Function?
  @exclusivity(unchecked) var calls = 0

  init(_ export: BoundExport, in guest: GuestInstance) {
    func find(_ source: BoundGuest.CoreSource?) -> Function? { source.flatMap { guest.item($0) }?.function }
    self.export = export
    function = find(export.function)
    realloc = export.needsAllocation ? find(export.realloc) : nil
    postReturn = find(export.postReturn)
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

extension CoreValue {
  /// A value as the engine passes it.
  init(bits values: RawValues, _ index: Int, as type: CoreValueType) {
    switch type {
    case .i64: self = .i64(values.u64(index))
    case .f32: self = .f32(values.f32Bits(index))
    case .f64: self = .f64(values.f64Bits(index))
    default: self = .i32(values.u32(index))
    }
  }
}

extension RawValues {
  func set(_ index: Int, _ value: CoreValue) {
    switch value {
    case .i32(let bits), .f32(let bits): set(index, u32: bits)
    case .i64(let bits), .f64(let bits): set(index, u64: bits)
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
