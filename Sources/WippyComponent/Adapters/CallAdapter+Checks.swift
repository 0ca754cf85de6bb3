import WippyEngine

extension CallAdapter {
  // MARK: Allocation

  /// Allocates memory of the target for one value of the layout, and returns where it is.
  mutating func allocate(_ layout: Layout) -> Local {
    let size = code.local(.i32)
    code.constant(layout.size)
    code.set(size)
    let place = allocate(size: size, alignment: layout.alignment)
    code.release(size)
    return place
  }

  mutating func allocate(size: Local, alignment: UInt32) -> Local {
    let place = code.local(.i32)
    code.zero(place)
    reallocate(place, from: nil, to: size, alignment: alignment)
    return place
  }

  /// Calls the target's `realloc` with `place`, and puts the new pointer there. Meanwhile the target may call nobody.
  mutating func reallocate(_ place: Local, from old: Local?, to size: Local, alignment: UInt32) {
    guard let realloc = target.realloc else {
      // Validation sees to it that there is one.
      code.emit(.unreachable)
      return
    }
    border.setMayLeave(target.plan.instance, false, &code)
    code.get(place)
    if let old { code.get(old) } else { code.constant(0) }
    code.constant(alignment)
    code.get(size)
    code.call(realloc)
    code.set(place)
    border.setMayLeave(target.plan.instance, true, &code)
    check(place, alignment: alignment, .misalignedAllocation)
    let bytes = code.local(.i64)
    code.get(size)
    code.emit(.i64ExtendI32U)
    code.set(bytes)
    check(place, bytes: bytes, in: target, .allocationOutOfBounds)
    code.release(bytes)
  }

  // MARK: Checks

  /// Checks that a value of the layout can stand at the address.
  mutating func checkPlace(_ address: Local, of layout: Layout, in side: Side) {
    check(address, alignment: layout.alignment, .misalignedPointer)
    let bytes = code.local(.i64)
    code.constant(wide: Int64(layout.size))
    code.set(bytes)
    check(address, bytes: bytes, in: side, .pointerOutOfBounds)
    code.release(bytes)
  }

  mutating func check(_ address: Local, alignment: UInt32, _ violation: CallViolation) {
    guard alignment > 1 else { return }
    code.get(address)
    code.constant(alignment - 1)
    code.emit(.i32And)
    trapIfTrue(violation)
  }

  mutating func check(_ address: Local, bytes: Local, in side: Side, _ violation: CallViolation) {
    code.get(address)
    code.emit(.i64ExtendI32U)
    code.get(bytes)
    code.emit(.i64Add)
    code.memorySize(side.memory)
    code.emit(.i64ExtendI32U)
    code.constant(wide: 16)
    code.emit(.i64Shl)
    code.emit(.i64GtU)
    trapIfTrue(violation)
  }

  mutating func limit(_ bytes: Local, _ violation: CallViolation) {
    code.get(bytes)
    code.constant(wide: Int64(Lowering.maximumBytes))
    code.emit(.i64GtU)
    trapIfTrue(violation)
  }

  mutating func checkDiscriminant(_ discriminant: Local, _ variant: Layout.VariantShape) {
    code.get(discriminant)
    code.constant(UInt32(variant.cases.count))
    code.emit(.i32GeU)
    trapIfTrue(.invalidDiscriminant)
  }

  /// Surrogates and what lies above the last scalar value are all numbers from a bound on, once surrogates stand first.
  mutating func checkCharacter(_ character: Local) {
    code.get(character)
    code.constant(0xd800)
    code.emit(.i32Xor)
    code.constant(0x800)
    code.emit(.i32Sub)
    code.constant(0x110000 - 0x800)
    code.emit(.i32GeU)
    trapIfTrue(.invalidCharacter)
  }

  /// Drops the bits that stand for no flag.
  mutating func mask(_ names: Int) {
    guard names < 32 else { return }
    code.constant((1 << UInt32(names)) - 1)
    code.emit(.i32And)
  }

  /// Takes a handle of the source off the stack, and leaves one of the target.
  mutating func transfer(_ resource: ResourceType, _ isOwned: Bool) {
    let function = LinkedFunction.transfer(
      resource, isOwned: isOwned, from: source.plan.instance, to: target.plan.instance)
    code.call(module.host(function, CoreFunctionType(parameters: [.i32], results: [.i32])))
  }

  mutating func trapIfTrue(_ violation: CallViolation) {
    code.if()
    border.trap(violation, &code)
    code.emit(.end)
  }
}
