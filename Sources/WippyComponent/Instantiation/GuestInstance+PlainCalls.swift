import WippyCore
import WippyEngine

/// Calls of functions with a `PlainSignature`, through an adapter that is in the guest already.
extension GuestInstance {
  /// Prepares the call; `false` where it has to be an ordinary one.
  func preparePlain(_ export: BoundExport, _ arguments: [Value]) -> Bool {
    guard let plain = export.plain, arguments.count == plain.parameters.count, resident != nil,
      selected?.export === export
    else { return false }
    var place = 0
    for index in arguments.indices {
      switch arguments[index] {
      case .integer(let number):
        guard case .integer = plain.parameters[index] else { return false }
        plainValues[place] = UInt64(bitPattern: number)
        place += 1
      case .string(let text):
        let count = text.utf8.count
        guard case .text = plain.parameters[index], count <= Lowering.maximumBytes else { return false }
        plainValues[place + 1] = UInt64(count)
        place += 2
      default: return false
      }
    }
    plainCall = PlainCall(count: place)
    if plain.hasTexts { plainArguments = arguments }
    self.plain = plain
    if !taskContext.isEmpty { taskContext = [:] }
    setEntered(plain.entered, true)
    staysResident = true
    return true
  }

  func servePlain(_ plain: PlainSignature) -> GuestProgress {
    isWaiting = false
    let isOver = resident?.poll() ?? true
    let isServed = isServed
    self.isServed = false
    if isOver {
      resident = nil
      if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
    }
    guard isServed else { return .suspended(waiting: isWaiting) }
    self.plain = nil
    if plain.hasTexts { plainArguments = [] }
    if plain.hasPostReturn { setMayLeave(plain.instance, true) }
    setEntered(plain.entered, false)
    switch plain.result {
    case .none: return .returned(nil)
    case .signed32: return .returned(.integer(Int64(Int32(truncatingIfNeeded: plainResult))))
    case .unsigned32: return .returned(.integer(Int64(UInt32(truncatingIfNeeded: plainResult))))
    case .signed64: return .returned(.integer(Int64(bitPattern: plainResult)))
    case .text: return .returned(plainText.take().map { .string($0) })
    }
  }

  // MARK: From the adapter

  /// The adapter's next command, and the arguments when that is to call.
  func nextGrant(_ plain: PlainSignature, _ values: RawValues) {
    while plain.hasTexts, plainCall.parameter < plain.parameters.count {
      if case .text = plain.parameters[plainCall.parameter] {
        setMayLeave(plain.instance, false)
        let size = UInt32(truncatingIfNeeded: plainValues[plainCall.place + 1])
        values.set(0, u64: AdapterCommand.allocate(Lowering.Allocation(size: size, alignment: 1)))
        return
      }
      plainCall.parameter += 1
      plainCall.place += 1
    }
    values.set(0, u64: AdapterCommand.done)
    for index in 0..<plainCall.count { values.set(index + 1, u64: plainValues[index]) }
  }

  /// The adapter's `realloc` has returned: writes the text that it was for.
  func granted(_ pointer: UInt32, _ plain: PlainSignature, _ values: RawValues) throws(HostFault) {
    setMayLeave(plain.instance, true)
    guard plainCall.parameter < plainArguments.count, case .string(var text) = plainArguments[plainCall.parameter],
      let memory = memory(plain.memory)
    else { throw .trap("no text is to be lowered") }
    let size = UInt32(truncatingIfNeeded: plainValues[plainCall.place + 1])
    do throws(ABIViolation) {
      let place = try GuestMemory(context.bytes(of: memory)).slice(pointer, count: size)
      text.withUTF8 { place.copyMemory(from: UnsafeRawBufferPointer($0)) }
    } catch {
      throw .trap(error.message)
    }
    plainValues[plainCall.place] = UInt64(pointer)
    plainCall.parameter += 1
    plainCall.place += 2
    nextGrant(plain, values)
  }

  func returned(_ plain: PlainSignature, _ values: RawValues) throws(HostFault) {
    switch plain.result {
    case .none: break
    case .signed32, .unsigned32: plainResult = UInt64(values.u32(0))
    case .signed64: plainResult = values.u64(0)
    case .text:
      guard let memory = memory(plain.memory) else { throw .trap("the function has no memory") }
      do throws(ABIViolation) {
        plainText = try Lifting.text(at: values.u32(0), in: GuestMemory(context.bytes(of: memory)))
      } catch {
        throw .trap(error.message)
      }
    }
    if plain.hasPostReturn { setMayLeave(plain.instance, false) }
  }
}
