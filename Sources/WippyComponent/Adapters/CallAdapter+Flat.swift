import WippyEngine

extension CallAdapter {
  // MARK: Values from core values to core values

  /// Moves a value from locals to other locals of the same types.
  mutating func move(_ layout: Layout, _ from: [Local], _ to: [Local]) {
    switch layout.shape {
    case .bool:
      code.get(from[0])
      code.constant(0)
      code.emit(.i32Ne)
      code.set(to[0])
    case .integer(let bytes, let isSigned):
      code.get(from[0])
      narrow(bytes, isSigned)
      code.set(to[0])
    case .float32, .float64:
      code.get(from[0])
      code.set(to[0])
    case .char:
      checkCharacter(from[0])
      code.get(from[0])
      code.set(to[0])
    case .flags(let names, _):
      code.get(from[0])
      mask(names.count)
      code.set(to[0])
    case .handle(let resource, let isOwned):
      code.get(from[0])
      transfer(resource, isOwned)
      code.set(to[0])
    case .string, .list:
      let (pointer, length) = moveContents(layout, pointer: from[0], length: from[1])
      code.get(pointer)
      code.set(to[0])
      code.get(length)
      code.set(to[1])
      code.release([pointer, length])
    case .product(let fields):
      var place = 0
      for field in fields {
        let end = place + (field.layout.flat?.count ?? 0)
        move(field.layout, Array(from[place..<end]), Array(to[place..<end]))
        place = end
      }
    case .variant(let variant): moveVariant(variant, from, to)
    }
  }

  private mutating func narrow(_ bytes: UInt32, _ isSigned: Bool) {
    switch (bytes, isSigned) {
    case (1, true): code.emit(.i32Extend8S)
    case (2, true): code.emit(.i32Extend16S)
    case (1, false), (2, false):
      code.constant(bytes == 1 ? 0xff : 0xffff)
      code.emit(.i32And)
    default: break
    }
  }

  /// A variant's payload stands in the joined core types of all its cases.
  private mutating func moveVariant(_ variant: Layout.VariantShape, _ from: [Local], _ to: [Local]) {
    let discriminant = from[0]
    checkDiscriminant(discriminant, variant)
    code.get(discriminant)
    code.set(to[0])
    for local in to.dropFirst() { code.zero(local) }
    for (number, item) in variant.cases.enumerated() {
      guard let payload = item.payload, let flat = payload.flat else { continue }
      code.get(discriminant)
      code.constant(UInt32(number))
      code.emit(.i32Eq)
      code.if()
      let own = flat.map { code.local($0) }
      let moved = flat.map { code.local($0) }
      for (index, local) in own.enumerated() {
        code.get(from[index + 1])
        unjoin(from[index + 1].type, local.type)
        code.set(local)
      }
      move(payload, own, moved)
      for (index, local) in moved.enumerated() {
        code.get(local)
        join(local.type, to[index + 1].type)
        code.set(to[index + 1])
      }
      code.release(own + moved)
      code.emit(.end)
    }
  }

  private mutating func unjoin(_ joined: CoreValueType, _ own: CoreValueType) {
    switch (joined, own) {
    case (.i64, .i32): code.emit(.i32WrapI64)
    case (.i32, .f32): code.emit(.f32ReinterpretI32)
    case (.i64, .f32):
      code.emit(.i32WrapI64)
      code.emit(.f32ReinterpretI32)
    case (.i64, .f64): code.emit(.f64ReinterpretI64)
    default: break
    }
  }

  private mutating func join(_ own: CoreValueType, _ joined: CoreValueType) {
    switch (own, joined) {
    case (.i32, .i64): code.emit(.i64ExtendI32U)
    case (.f32, .i32): code.emit(.i32ReinterpretF32)
    case (.f32, .i64):
      code.emit(.i32ReinterpretF32)
      code.emit(.i64ExtendI32U)
    case (.f64, .i64): code.emit(.i64ReinterpretF64)
    default: break
    }
  }
}
