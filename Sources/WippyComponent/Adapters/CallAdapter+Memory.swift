import WippyEngine

extension CallAdapter {
  /// A place in a memory: a constant offset from an address.
  struct Place {
    let base: Local
    let offset: UInt32

    init(_ base: Local, offset: UInt32 = 0) {
      self.base = base
      self.offset = offset
    }

    func advanced(by count: UInt32) -> Place { Place(base, offset: offset + count) }
  }

  // MARK: Values from memory to memory

  /// Moves a value. Both places are known to be aligned and inside of their memories.
  mutating func move(_ layout: Layout, _ from: Place, _ to: Place) {
    switch layout.shape {
    case .bool:
      code.get(to.base)
      load(.i32Load8U, from)
      code.constant(0)
      code.emit(.i32Ne)
      store(.i32Store8, to)
    case .integer(let bytes, _): moveBits(bytes, from, to)
    case .float32: moveBits(4, from, to)
    case .float64: moveBits(8, from, to)
    case .char:
      let character = code.local(.i32)
      load(.i32Load, from)
      code.set(character)
      checkCharacter(character)
      code.get(to.base)
      code.get(character)
      store(.i32Store, to)
      code.release(character)
    case .flags(let names, let bytes):
      code.get(to.base)
      load(CallAdapter.loads(bytes), from)
      mask(names.count)
      store(CallAdapter.stores(bytes), to)
    case .handle(let resource, let isOwned):
      code.get(to.base)
      load(.i32Load, from)
      transfer(resource, isOwned)
      store(.i32Store, to)
    case .string, .list: moveContents(layout, from, to)
    case .product(let fields):
      if layout.isCopyable, layout.size > CallAdapter.largestUnrolledCopy {
        copy(layout, from, to)
      } else {
        for field in fields { move(field.layout, from.advanced(by: field.offset), to.advanced(by: field.offset)) }
      }
    case .variant(let variant): moveVariant(variant, from, to)
    }
  }

  /// Below this, loads and stores are quicker than the engine's `memory.copy`.
  private static let largestUnrolledCopy: UInt32 = 128

  private mutating func moveBits(_ bytes: UInt32, _ from: Place, _ to: Place) {
    code.get(to.base)
    load(CallAdapter.loads(bytes), from)
    store(CallAdapter.stores(bytes), to)
  }

  private mutating func copy(_ layout: Layout, _ from: Place, _ to: Place) {
    for place in [to, from] {
      code.get(place.base)
      code.constant(place.offset)
      code.emit(.i32Add)
    }
    code.constant(layout.size)
    code.memoryCopy(to: target.memory, from: source.memory)
  }

  /// A string's or a list's pointer and length.
  private mutating func moveContents(_ layout: Layout, _ from: Place, _ to: Place) {
    let pointer = code.local(.i32)
    let length = code.local(.i32)
    load(.i32Load, from)
    code.set(pointer)
    load(.i32Load, from.advanced(by: 4))
    code.set(length)
    let (newPointer, newLength) = moveContents(layout, pointer: pointer, length: length)
    code.get(to.base)
    code.get(newPointer)
    store(.i32Store, to)
    code.get(to.base)
    code.get(newLength)
    store(.i32Store, to.advanced(by: 4))
    code.release([pointer, length, newPointer, newLength])
  }

  private mutating func moveVariant(_ variant: Layout.VariantShape, _ from: Place, _ to: Place) {
    let discriminant = code.local(.i32)
    load(CallAdapter.loads(variant.discriminantBytes), from)
    code.set(discriminant)
    checkDiscriminant(discriminant, variant)
    code.get(to.base)
    code.get(discriminant)
    store(CallAdapter.stores(variant.discriminantBytes), to)
    for (number, item) in variant.cases.enumerated() {
      guard let payload = item.payload else { continue }
      code.get(discriminant)
      code.constant(UInt32(number))
      code.emit(.i32Eq)
      code.if()
      move(payload, from.advanced(by: variant.payloadOffset), to.advanced(by: variant.payloadOffset))
      code.emit(.end)
    }
    code.release(discriminant)
  }

  // MARK: Lists

  /// Copies the contents of a list or a string, and returns where they are then.
  mutating func moveContents(_ layout: Layout, pointer: Local, length: Local) -> (pointer: Local, length: Local) {
    guard case .list(let element) = layout.shape else { return moveString(pointer: pointer, length: length) }
    let bytes = code.local(.i64)
    code.get(length)
    code.emit(.i64ExtendI32U)
    code.constant(wide: Int64(element.size))
    code.emit(.i64Mul)
    code.set(bytes)
    limit(bytes, .listTooLong)
    check(pointer, alignment: element.alignment, .misalignedPointer)
    check(pointer, bytes: bytes, in: source, .pointerOutOfBounds)
    let size = code.local(.i32)
    code.get(bytes)
    code.emit(.i32WrapI64)
    code.set(size)
    let place = allocate(size: size, alignment: element.alignment)
    if element.isCopyable {
      code.get(place)
      code.get(pointer)
      code.get(size)
      code.memoryCopy(to: target.memory, from: source.memory)
    } else {
      moveElements(element, pointer, place, size)
    }
    code.release([bytes, size])
    let count = code.local(.i32)
    code.get(length)
    code.set(count)
    return (place, count)
  }

  private mutating func moveElements(_ element: Layout, _ from: Local, _ to: Local, _ size: Local) {
    let offset = code.local(.i32)
    let fromElement = code.local(.i32)
    let toElement = code.local(.i32)
    code.zero(offset)
    code.block()
    code.loop()
    code.get(offset)
    code.get(size)
    code.emit(.i32GeU)
    code.branchIf(1)
    for (base, place) in [(from, fromElement), (to, toElement)] {
      code.get(base)
      code.get(offset)
      code.emit(.i32Add)
      code.set(place)
    }
    move(element, Place(fromElement), Place(toElement))
    code.get(offset)
    code.constant(element.size)
    code.emit(.i32Add)
    code.set(offset)
    code.branch(0)
    code.emit(.end)
    code.emit(.end)
    code.release([offset, fromElement, toElement])
  }

  // MARK: Loads and stores

  /// Leaves what stands at a place of the source on the stack.
  mutating func load(_ opcode: FunctionCode.Opcode, _ place: Place) {
    code.get(place.base)
    code.access(opcode, memory: source.memory, offset: place.offset)
  }

  /// Takes a value and, below it, the address off the stack.
  private mutating func store(_ opcode: FunctionCode.Opcode, _ place: Place) {
    code.access(opcode, memory: target.memory, offset: place.offset)
  }

  private static func loads(_ bytes: UInt32) -> FunctionCode.Opcode {
    switch bytes {
    case 1: .i32Load8U
    case 2: .i32Load16U
    case 4: .i32Load
    default: .i64Load
    }
  }

  private static func stores(_ bytes: UInt32) -> FunctionCode.Opcode {
    switch bytes {
    case 1: .i32Store8
    case 2: .i32Store16
    case 4: .i32Store
    default: .i64Store
    }
  }
}
