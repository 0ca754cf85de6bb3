import WippyEngine

/// Writes the part of an adapter that makes plain calls: all that they take and return is in the transfer area, and the
/// host is only told when a call is over.
///
/// What does not belong there goes back to the host: a result that is no ASCII text of a size that has room.
struct TransferCode {
  private let export: PlannedExport
  private let signature: PlainSignature
  private let border: InstanceBorder
  /// The guest's memory, where texts are.
  private let memory: UInt32?
  let area: UInt32
  private let function: UInt32
  private let realloc: UInt32?
  private let release: UInt32?
  private let returned: UInt32
  private let finished: UInt32

  /// Adds what the code imports.
  init(_ export: PlannedExport, _ signature: PlainSignature, flags: CoreItem?, to module: inout AdapterModule) {
    let results = CoreFunctionType(parameters: export.coreType.results, results: [])
    self.export = export
    self.signature = signature
    function = module.guest(export.function, export.coreType)
    realloc = signature.texts == 0 ? nil : export.realloc.map { module.guest($0, AdapterModule.reallocType) }
    release = export.postReturn.map { module.guest($0, results) }
    returned = module.host(.returned(export.coreType, isLast: export.postReturn == nil), results)
    finished = module.host(.finished, CoreFunctionType(parameters: [], results: []))
    let violation = module.violation
    memory = export.memory.map { module.memory($0) }
    area = module.transferArea()
    border = InstanceBorder(flags: flags.map { module.memory($0) } ?? area, violation: violation)
  }

  /// Makes the call that is in the area, if there is one, and goes on with the loop around it then.
  func write(_ check: UInt32, to code: inout FunctionCode) {
    code.constant(0)
    code.access(.i32Load, memory: area, offset: TransferArea.command)
    code.if()
    code.constant(0)
    code.constant(0)
    code.access(.i32Store, memory: area, offset: TransferArea.command)
    border.setEntered(signature.entered, true, &code)
    let arguments = lower(&code)
    for argument in arguments { code.get(argument) }
    code.call(function)
    code.release(arguments)
    let values = export.coreType.results.map { code.local($0) }
    for value in values.reversed() { code.set(value) }
    lift(values, &code)
    if let release {
      border.setMayLeave(export.instance, false, &code)
      for value in values { code.get(value) }
      code.call(release)
      border.setMayLeave(export.instance, true, &code)
    }
    border.leave(signature.entered, &code)
    code.release(values)
    code.call(finished)
    code.call(check)
    code.branch(1)
    code.emit(.end)
  }

  // MARK: Arguments

  /// Returns the locals of the core values.
  private func lower(_ code: inout FunctionCode) -> [FunctionCode.Local] {
    var arguments: [FunctionCode.Local] = []
    let source = code.local(.i32)
    if signature.texts != 0 {
      code.constant(TransferArea.texts)
      code.set(source)
    }
    for index in 0..<signature.count {
      let type = signature.isText(index) ? .i32 : export.coreType.parameters[arguments.count]
      let value = code.local(type)
      code.constant(0)
      code.access(
        type == .i64 ? .i64Load : .i32Load, memory: area, offset: TransferArea.values + UInt32(index) * 8)
      code.set(value)
      if signature.isText(index) { arguments.append(lowerText(value, source, &code)) }
      arguments.append(value)
    }
    code.release(source)
    return arguments
  }

  /// Puts a text into the guest and returns the local of its address.
  private func lowerText(
    _ length: FunctionCode.Local, _ source: FunctionCode.Local, _ code: inout FunctionCode
  ) -> FunctionCode.Local {
    let pointer = code.local(.i32)
    guard let memory, let realloc else { return pointer }
    border.setMayLeave(export.instance, false, &code)
    code.constant(0)
    code.constant(0)
    code.constant(1)
    code.get(length)
    code.call(realloc)
    code.set(pointer)
    border.setMayLeave(export.instance, true, &code)
    isOutside(pointer, length, memory, &code)
    code.if()
    border.trap(.allocationOutOfBounds, &code)
    code.emit(.end)
    code.get(pointer)
    code.get(source)
    code.get(length)
    code.memoryCopy(to: memory, from: area)
    code.get(source)
    code.get(length)
    code.emit(.i32Add)
    code.set(source)
    return pointer
  }

  /// Whether a piece of the guest's memory is not within it.
  private func isOutside(
    _ pointer: FunctionCode.Local, _ length: FunctionCode.Local?, _ memory: UInt32, _ code: inout FunctionCode
  ) {
    code.get(pointer)
    code.emit(.i64ExtendI32U)
    if let length {
      code.get(length)
      code.emit(.i64ExtendI32U)
    } else {
      code.constant(wide: 8)
    }
    code.emit(.i64Add)
    code.memorySize(memory)
    code.emit(.i64ExtendI32U)
    code.constant(wide: 16)
    code.emit(.i64Shl)
    code.emit(.i64GtU)
  }

  // MARK: The result

  private func lift(_ values: [FunctionCode.Local], _ code: inout FunctionCode) {
    guard let value = values.first else { return }
    guard case .text = signature.result else {
      code.constant(0)
      code.get(value)
      code.access(value.type == .i64 ? .i64Store : .i32Store, memory: area, offset: TransferArea.values)
      return
    }
    code.block()
    code.block()
    if let memory { liftText(value, memory, &code) }
    code.emit(.end)
    code.get(value)
    code.call(returned)
    code.emit(.end)
  }

  /// Leaves the inner block where the host has to look itself, and the outer one when all is done.
  private func liftText(_ value: FunctionCode.Local, _ memory: UInt32, _ code: inout FunctionCode) {
    let (pointer, length) = (code.local(.i32), code.local(.i32))
    code.get(value)
    code.constant(3)
    code.emit(.i32And)
    code.branchIf(0)
    isOutside(value, nil, memory, &code)
    code.branchIf(0)
    code.get(value)
    code.access(.i32Load, memory: memory, offset: 0)
    code.set(pointer)
    code.get(value)
    code.access(.i32Load, memory: memory, offset: 4)
    code.set(length)
    code.constant(TransferArea.capacity)
    code.get(length)
    code.emit(.i32LtU)
    code.branchIf(0)
    isOutside(pointer, length, memory, &code)
    code.branchIf(0)
    code.constant(TransferArea.texts)
    code.get(pointer)
    code.get(length)
    code.memoryCopy(to: area, from: memory)
    checkASCII(length, place: pointer, &code)
    code.constant(0)
    code.get(length)
    code.access(.i32Store, memory: area, offset: TransferArea.values)
    code.constant(0)
    code.constant(1)
    code.access(.i32Store, memory: area, offset: TransferArea.answer)
    code.branch(1)
    code.release([pointer, length])
  }

  /// Leaves the block where the text in the area is not ASCII.
  private func checkASCII(
    _ length: FunctionCode.Local, place: FunctionCode.Local, _ code: inout FunctionCode
  ) {
    let words = stride(from: TransferArea.texts, to: TransferArea.texts + TransferArea.block, by: 8)
    // What stands behind the text in its last block is another one's.
    for word in words {
      code.get(length)
      code.constant(wide: 0)
      code.access(.i64Store, memory: area, offset: word)
    }
    code.constant(0)
    code.set(place)
    code.loop()
    for (number, word) in words.enumerated() {
      code.get(place)
      code.access(.i64Load, memory: area, offset: word)
      if number > 0 { code.emit(.i64Or) }
    }
    code.constant(wide: Int64(bitPattern: 0x8080_8080_8080_8080))
    code.emit(.i64And)
    code.constant(wide: 0)
    code.emit(.i64Ne)
    code.branchIf(1)
    code.get(place)
    code.constant(TransferArea.block)
    code.emit(.i32Add)
    code.tee(place)
    code.get(length)
    code.emit(.i32LtU)
    code.branchIf(0)
    code.emit(.end)
  }
}
