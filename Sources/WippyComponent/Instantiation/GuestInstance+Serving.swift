import WippyEngine

/// Calls of an export through its adapter, which stays in the guest: see `ExportAdapter`.
///
/// Between calls its future is suspended. Nothing else runs in the store meanwhile: whoever calls another export ends
/// it first.
extension GuestInstance {
  /// Goes on with the prepared call until the adapter has made it, fails or suspends.
  func serve(_ export: BoundExport, _ adapter: Function) -> GuestProgress {
    if residentPolling == nil {
      setResident(
        CallFuture(calling: adapter, arguments: [], results: 0, in: context, operands: operands),
        plainly: export.plain == nil ? nil : export)
    }
    return pollResident() ?? .returned(endTask(of: export))
  }

  /// Goes on with the adapter; `nil` when it has made the call.
  @inline(__always)
  func pollResident() -> GuestProgress? {
    isWaiting = false
    let isOver = residentPolling?.poll() ?? true
    let isServed = isServed
    self.isServed = false
    return isServed && !isOver ? nil : progress(isOver: isOver, isServed: isServed)
  }

  @inline(never)
  private func progress(isOver: Bool, isServed: Bool) -> GuestProgress? {
    guard isOver else { return .suspended(waiting: isWaiting) }
    setResident(nil)
    if let fault = operands.takeFault() { return .failed(failure(of: fault)) }
    return isServed ? nil : .failed(.engine("the adapter of an export has ended"))
  }

  /// Lets the adapter return: another export is called.
  func stopServing() {
    guard let residentPolling else { return }
    // `beginServing` finds no call, and no code of the guest runs.
    let pending = call.take()
    isInSynchronousCall = true
    while !residentPolling.poll() {}
    isInSynchronousCall = false
    setResident(nil)
    call = pending
  }

  /// The guest's transfer area, made for the first adapter that needs one; `nil` where there is no room.
  func needTransferArea() -> TransferArea? {
    if let transferArea { return transferArea }
    let flagBytes = 2 * bound.plan.parents.count
    guard flagBytes <= TransferArea.command, let area = TransferArea(in: context) else { return nil }
    if bound.plan.flagsStep == nil { moveFlags(to: UnsafeMutableRawBufferPointer(start: area.base, count: flagBytes)) }
    transferArea = area
    return area
  }

  // MARK: From the adapter

  /// The adapter wants its next command, and the arguments when that is to call.
  func beginServing(_ values: RawValues) throws(HostFault) {
    guard !isServed, let export = call?.export else {
      values.set(0, u64: AdapterCommand.stop)
      return
    }
    try nextGrant(export, values)
  }

  /// The guest's `realloc` has returned for that many allocations.
  func granted(_ count: Int, _ values: RawValues) throws(HostFault) {
    guard let export = call?.export, let area = transferArea, count <= TransferArea.maximumAllocations else {
      throw .trap("no call is under way")
    }
    setMayLeave(export.planned.instance, true)
    for index in 0..<count { pointers.append(area.pointer(index)) }
    try nextGrant(export, values)
  }

  private func nextGrant(_ export: BoundExport, _ values: RawValues) throws(HostFault) {
    guard pointers.count >= allocations.count else {
      guard let area = transferArea else { throw .trap("the adapter has no transfer area") }
      let count = min(allocations.count - pointers.count, TransferArea.maximumAllocations)
      for index in 0..<count { area.setAllocation(index, allocations[pointers.count + index]) }
      setMayLeave(export.planned.instance, false)
      values.set(0, u64: AdapterCommand.allocate(count))
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
  @inline(__always)
  func finished() {
    isServed = true
    if staysResident { context.requestEpochCheck() }
  }
}
