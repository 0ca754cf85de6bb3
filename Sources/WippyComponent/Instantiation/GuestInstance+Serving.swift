import WippyEngine

/// Calls of an export through its adapter, which stays in the guest: see `ExportAdapter`.
///
/// Between calls its future is suspended. Nothing else runs in the store meanwhile: whoever calls another export ends
/// it first.
extension GuestInstance {
  /// Goes on with the prepared call until the adapter has made it, fails or suspends.
  func serve(_ export: BoundExport, _ adapter: Function) -> GuestProgress {
    if resident == nil {
      resident = CallFuture(calling: adapter, arguments: [], results: 0, in: context, operands: operands)
    }
    isWaiting = false
    let isOver = resident?.poll() ?? true
    let isServed = isServed
    self.isServed = false
    if isOver {
      resident = nil
      if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
      guard isServed else { return .failed(.engine("the adapter of \(export.planned.name) has ended")) }
    }
    return isServed ? .returned(endTask(of: export)) : .suspended(waiting: isWaiting)
  }

  /// Lets the adapter return: another export is called.
  func stopServing() {
    guard resident != nil else { return }
    // `beginServing` finds no call, and no code of the guest runs.
    let pending = call.take()
    isInSynchronousCall = true
    while !(resident?.poll() ?? true) {}
    isInSynchronousCall = false
    resident = nil
    call = pending
  }

  // MARK: From the adapter

  /// The adapter wants its next command, and the arguments when that is to call.
  func beginServing(_ values: RawValues) throws(HostFault) {
    if let plain, !isServed { return nextGrant(plain, values) }
    guard !isServed, let export = call?.export else {
      values.set(0, u64: AdapterCommand.stop)
      return
    }
    try nextGrant(export, values)
  }

  /// The adapter's `realloc` has returned.
  func granted(_ pointer: UInt32, _ values: RawValues) throws(HostFault) {
    if let plain { return try granted(pointer, plain, values) }
    guard let export = call?.export else { throw .trap("no call is under way") }
    setMayLeave(export.planned.instance, true)
    pointers.append(pointer)
    try nextGrant(export, values)
  }

  private func nextGrant(_ export: BoundExport, _ values: RawValues) throws(HostFault) {
    guard pointers.count == allocations.count else {
      setMayLeave(export.planned.instance, false)
      values.set(0, u64: AdapterCommand.allocate(allocations[pointers.count]))
      return
    }
    do throws(ABIViolation) {
      try lowerFlat(export)
    } catch {
      throw .trap(error.message)
    }
    values.set(0, u64: AdapterCommand.done)
    for (index, value) in flatArguments.enumerated() { values.set(index + 1, value) }
  }

  func returned(_ result: CoreValue?) throws(HostFault) {
    guard let export = call?.export else { throw .trap("no call is under way") }
    do throws(ABIViolation) {
      try takeResult(result, export)
    } catch {
      throw .trap(error.message)
    }
  }

  /// The call is done: the adapter suspends at its next check, or is told to return.
  func finished() {
    isServed = true
    if staysResident { context.requestEpochCheck() }
  }
}
