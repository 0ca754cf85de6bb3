import WippyCore
import WippyEngine

/// Writes values in normal form into a guest: the canonical ABI's `store` and `lower_flat`.
///
/// In two passes, because only the guest can allocate, and its code may suspend: `allocations` says what the
/// value needs, in the order in which the canonical ABI asks for it; then, with the guest's pointers,
/// `store` or `lower` writes. Source: CanonicalABI.md, "Storing" and "Flat Lowering".
package struct Lowering {
  let encoding: StringEncoding
  /// Puts a resource into the guest's table, or lends it.
  let lowerHandle: HandleLowering

  package typealias HandleLowering =
    (ResourceReference, ResourceType, _ owned: Bool) throws(ABIViolation) -> UInt32

  package init(encoding: StringEncoding, lowerHandle: @escaping HandleLowering) {
    self.encoding = encoding
    self.lowerHandle = lowerHandle
  }

  /// The most bytes of one string or list: CanonicalABI.md, `MAX_STRING_BYTE_LENGTH`, `MAX_LIST_BYTE_LENGTH`.
  static let maximumBytes: UInt64 = (1 << 28) - 1

  /// One piece of memory that the guest is asked for.
  package struct Allocation: Hashable, Sendable {
    package var size: UInt32
    package var alignment: UInt32
  }

  /// What a pass over a value writes to, and the pointers that it uses up.
  package struct Target {
    package var memory: GuestMemory
    package var pointers: ArraySlice<UInt32>

    package init(memory: GuestMemory, pointers: ArraySlice<UInt32>) {
      self.memory = memory
      self.pointers = pointers
    }

    mutating func next(_ allocation: Allocation) throws(ABIViolation) -> UInt32 {
      guard let pointer = pointers.popFirst() else { throw ABIViolation("an allocation is missing") }
      try memory.check(pointer, count: UInt64(allocation.size), alignment: allocation.alignment)
      return pointer
    }
  }

  // MARK: First pass

  package func allocations(for value: Value, _ layout: Layout, into list: inout [Allocation]) throws(ABIViolation) {
    guard layout.needsAllocation else { return }
    switch layout.kind {
    case .string:
      guard case .string(let text) = value else { throw Lowering.noString(value) }
      if case .utf8 = encoding {
        try addText(text.utf8.count, to: &list)
      } else {
        list.append(try EncodedString(text, encoding).allocation)
      }
    case .list:
      guard case .list(let element) = layout.shape else { return }
      if case .bytes(let bytes) = value {
        list.append(try Lowering.listAllocation(bytes.count, element))
        return
      }
      let items = try Lowering.items(value)
      list.append(try Lowering.listAllocation(items.count, element))
      guard element.needsAllocation else { return }
      let span = items.span
      let isRecord = if case .record = element.kind { true } else { false }
      for index in span.indices {
        if isRecord, case .table(let entries) = span[index] {
          try addRecord(entries, element, to: &list)
        } else {
          try allocations(for: span[index], element, into: &list)
        }
      }
    case .record, .tuple:
      if case .table(let entries) = value { return try addRecord(entries, layout, to: &list) }
      guard case .array(let items) = value, items.count == layout.fields.count else {
        throw Lowering.noFields(layout.fields.count, value)
      }
      for (field, item) in zip(layout.fields, items) where field.layout.needsAllocation {
        try allocations(for: item, field.layout, into: &list)
      }
    case .variant:
      guard case .variant(let variant) = layout.shape else { return }
      let (index, payload) = try Lowering.chosen(variant, value)
      if let payload, let layout = variant.cases[index].payload {
        try allocations(for: payload, layout, into: &list)
      }
    default: return
    }
  }

  // MARK: Second pass, to memory

  package func store(
    _ value: Value, _ layout: Layout, at address: UInt32, _ target: inout Target
  ) throws(ABIViolation) {
    switch layout.kind {
    case .bool, .u8, .s8, .u16, .s16, .u32, .s32, .u64, .s64, .char, .flags, .handle:
      let bits = try scalarBits(value, layout)
      switch layout.size {
      case 1: try target.memory.store(UInt8(truncatingIfNeeded: bits), at: address)
      case 2: try target.memory.store(UInt16(truncatingIfNeeded: bits), at: address)
      case 4: try target.memory.store(UInt32(truncatingIfNeeded: bits), at: address)
      default: try target.memory.store(bits, at: address)
      }
    case .float32: try target.memory.store(Float(try Lowering.number(value)).bitPattern, at: address)
    case .float64: try target.memory.store(try Lowering.number(value).bitPattern, at: address)
    case .string, .list:
      let (pointer, length) = try storeContents(value, layout, &target)
      try target.memory.store(pointer, at: address)
      try target.memory.store(length, at: address + 4)
    case .record, .tuple:
      // One after the other: a switch over both copies the value.
      if case .table(let entries) = value { return try storeRecord(entries, layout, at: address, &target) }
      guard case .array(let items) = value, items.count == layout.fields.count else {
        throw Lowering.noFields(layout.fields.count, value)
      }
      for (field, item) in zip(layout.fields, items) {
        try storeMember(item, field.layout, at: address + field.offset, &target)
      }
    case .variant:
      guard case .variant(let variant) = layout.shape else { return }
      let (index, payload) = try Lowering.chosen(variant, value)
      switch variant.discriminantBytes {
      case 1: try target.memory.store(UInt8(truncatingIfNeeded: index), at: address)
      case 2: try target.memory.store(UInt16(truncatingIfNeeded: index), at: address)
      default: try target.memory.store(UInt32(truncatingIfNeeded: index), at: address)
      }
      if let payload, let layout = variant.cases[index].payload {
        try store(payload, layout, at: address + variant.payloadOffset, &target)
      }
    }
  }

  // MARK: Second pass, to core values

  package func lower(
    _ value: Value, _ layout: Layout, _ target: inout Target, into flat: inout [CoreValue]
  ) throws(ABIViolation) {
    switch layout.shape {
    case .bool, .integer, .char, .flags, .handle:
      let bits = try scalarBits(value, layout)
      flat.append(layout.size == 8 ? .i64(bits) : .i32(UInt32(truncatingIfNeeded: bits)))
    case .float32: flat.append(.f32(Float(try Lowering.number(value)).bitPattern))
    case .float64: flat.append(.f64(try Lowering.number(value).bitPattern))
    case .string, .list:
      let (pointer, length) = try storeContents(value, layout, &target)
      flat.append(.i32(pointer))
      flat.append(.i32(length))
    case .product(let fields):
      let members = try Members(value, fields)
      for index in fields.indices { try lower(members[index], fields[index].layout, &target, into: &flat) }
    case .variant(let variant):
      let (index, payload) = try Lowering.chosen(variant, value)
      flat.append(.i32(UInt32(index)))
      var own: [CoreValue] = []
      if let payload, let layout = variant.cases[index].payload {
        try lower(payload, layout, &target, into: &own)
      }
      let joined = (layout.flat ?? []).dropFirst()
      for (place, type) in joined.enumerated() {
        flat.append(place < own.count ? Lowering.widen(own[place], to: type) : Lowering.zero(type))
      }
    }
  }

  private static func widen(_ value: CoreValue, to type: CoreValueType) -> CoreValue {
    switch (value, type) {
    case (.i32(let bits), .i64), (.f32(let bits), .i64): .i64(UInt64(bits))
    case (.f32(let bits), .i32): .i32(bits)
    case (.f64(let bits), .i64): .i64(bits)
    default: value
    }
  }

  private static func zero(_ type: CoreValueType) -> CoreValue {
    switch type {
    case .i64: .i64(0)
    case .f32: .f32(0)
    case .f64: .f64(0)
    default: .i32(0)
    }
  }

  // MARK: Parts

  private func storeContents(
    _ value: Value, _ layout: Layout, _ target: inout Target
  ) throws(ABIViolation) -> (pointer: UInt32, length: UInt32) {
    guard case .list(let element) = layout.shape else {
      if case .utf8 = encoding, case .string(let text) = value { return try storeUTF8(text, &target) }
      let text = try EncodedString(try Lowering.text(value), encoding)
      let pointer = try target.next(text.allocation)
      text.write(to: try target.memory.slice(pointer, count: text.allocation.size))
      return (pointer, text.length)
    }
    if case .bytes(let bytes) = value {
      let pointer = try target.next(try Lowering.listAllocation(bytes.count, element))
      let place = try target.memory.slice(pointer, count: UInt32(bytes.count))
      bytes.withUnsafeBytes { place.copyMemory(from: $0) }
      return (pointer, UInt32(bytes.count))
    }
    let items = try Lowering.items(value)
    let pointer = try target.next(try Lowering.listAllocation(items.count, element))
    let span = items.span
    var address = pointer
    let isRecord = if case .record = element.kind { true } else { false }
    for index in span.indices {
      if isRecord, case .table(let entries) = span[index] {
        try storeRecord(entries, element, at: address, &target)
      } else {
        try store(span[index], element, at: address, &target)
      }
      address &+= element.size
    }
    return (pointer, UInt32(items.count))
  }

  @inline(__always)
  private func scalarBits(_ value: Value, _ layout: Layout) throws(ABIViolation) -> UInt64 {
    if case .integer(let number) = value, layout.kind.isInteger { return UInt64(bitPattern: number) }
    return try otherBits(value, layout)
  }

  private func otherBits(_ value: Value, _ layout: Layout) throws(ABIViolation) -> UInt64 {
    switch (layout.shape, value) {
    case (.bool, .bool(let flag)): return flag ? 1 : 0
    case (.integer, .unsigned(let number)): return number
    case (.char, .string(let text)):
      guard let scalar = text.unicodeScalars.first else { throw Lowering.mismatch(value, layout) }
      return UInt64(scalar.value)
    case (.flags(let names, _), .array(let items)):
      var bits: UInt64 = 0
      for item in items {
        guard case .string(let name) = item, let index = names.firstIndex(of: name) else {
          throw Lowering.mismatch(value, layout)
        }
        bits |= 1 << UInt64(index)
      }
      return bits
    case (.flags, .table(let fields)) where fields.isEmpty: return 0
    case (.handle(let resource, let owned), .resource(let reference)):
      return UInt64(try lowerHandle(reference, resource, owned))
    default: throw Lowering.mismatch(value, layout)
    }
  }

  private static func listAllocation(_ count: Int, _ element: Layout) throws(ABIViolation) -> Allocation {
    let bytes = UInt64(count) * UInt64(element.size)
    guard bytes <= Lowering.maximumBytes else { throw ABIViolation("a list of \(bytes) bytes is too long for a guest") }
    return Allocation(size: UInt32(bytes), alignment: element.alignment)
  }

  private static func text(_ value: Value) throws(ABIViolation) -> String {
    guard case .string(let text) = value else { throw noString(value) }
    return text
  }

  private static func noString(_ value: Value) -> ABIViolation {
    ABIViolation("expected a string, got \(value.typeName)")
  }

  private static func noFields(_ count: Int, _ value: Value) -> ABIViolation {
    ABIViolation("expected \(count) fields, got \(value.typeName)")
  }

  private static func number(_ value: Value) throws(ABIViolation) -> Double {
    switch value {
    case .float(let number): return number
    case .integer(let number): return Double(number)
    case .unsigned(let number): return Double(number)
    default: throw ABIViolation("expected a number, got \(value.typeName)")
    }
  }

  private static func items(_ value: Value) throws(ABIViolation) -> [Value] {
    switch value {
    case .array(let items): return items
    case .table(let fields) where fields.isEmpty: return []
    default: throw ABIViolation("expected a list, got \(value.typeName)")
    }
  }

  /// The members of a record or tuple, where they stand.
  private enum Members {
    case items([Value])
    case entries([Value.Field])

    init(_ value: Value, _ fields: [Layout.ProductField]) throws(ABIViolation) {
      switch value {
      case .array(let items) where items.count == fields.count: self = .items(items)
      case .table(let entries) where entries.count == fields.count: self = .entries(entries)
      default: throw Lowering.noFields(fields.count, value)
      }
    }

    subscript(index: Int) -> Value {
      switch self {
      case .items(let items): items[index]
      case .entries(let entries): entries[index].value
      }
    }
  }

  private static func chosen(
    _ variant: Layout.VariantShape, _ value: Value
  ) throws(ABIViolation) -> (index: Int, payload: Value?) {
    switch (variant.style, value) {
    case (.option, .null), (.optionOfOption, .null): return (0, nil)
    case (.option, _): return (1, value)
    case (.optionOfOption, .table(let fields)):
      return (1, fields.first?.value ?? .null)
    case (_, .string(let name)):
      if let index = variant.cases.firstIndex(where: { $0.name == name }) { return (index, nil) }
    case (_, .table(let fields)) where fields.count == 1:
      if let index = variant.cases.firstIndex(where: { $0.name == fields[0].key }) {
        return (index, variant.cases[index].payload == nil ? nil : fields[0].value)
      }
    default: break
    }
    throw ABIViolation("\(value.typeName) is no case of the type")
  }

  private static func mismatch(_ value: Value, _ layout: Layout) -> ABIViolation {
    ABIViolation("\(value.typeName) does not fit the type")
  }
}
