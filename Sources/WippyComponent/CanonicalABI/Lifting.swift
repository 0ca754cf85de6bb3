import WippyCore
import WippyEngine

/// Reads values out of a guest: the canonical ABI's `load` and `lift_flat`, to values in normal form.
///
/// Source: CanonicalABI.md, "Loading" and "Flat Lifting".
package struct Lifting {
  let memory: GuestMemory
  let encoding: StringEncoding
  /// Takes a handle out of the guest's table, or lends it.
  let liftHandle: HandleLifting
  /// What is left of the bytes that one lift may take on the host: a guest can describe far more than it has.
  private var budget: Int

  /// What an array takes besides its elements.
  private static let arrayHeader = 32

  package static let defaultBudget = 64 << 20

  package typealias HandleLifting = (UInt32, ResourceType, _ owned: Bool) throws(ABIViolation) -> ResourceReference

  package init(
    memory: GuestMemory, encoding: StringEncoding, budget: Int = Lifting.defaultBudget,
    liftHandle: @escaping HandleLifting
  ) {
    self.memory = memory
    self.encoding = encoding
    self.budget = budget
    self.liftHandle = liftHandle
  }

  private mutating func spend(_ bytes: Int) throws(ABIViolation) {
    budget -= bytes
    if budget < 0 { throw ABIViolation("a value takes more than \(Lifting.defaultBudget >> 20) MiB on the host") }
  }

  // MARK: From memory

  package mutating func load(_ layout: Layout, at address: UInt32) throws(ABIViolation) -> Value {
    switch layout.kind {
    case .bool: return .bool(try memory.load(address, as: UInt8.self) != 0)
    case .u8: return .integer(Int64(try memory.load(address, as: UInt8.self)))
    case .s8: return .integer(Int64(try memory.load(address, as: Int8.self)))
    case .u16: return .integer(Int64(try memory.load(address, as: UInt16.self)))
    case .s16: return .integer(Int64(try memory.load(address, as: Int16.self)))
    case .u32: return .integer(Int64(try memory.load(address, as: UInt32.self)))
    case .s32: return .integer(Int64(try memory.load(address, as: Int32.self)))
    case .u64: return Value(unsigned: try memory.load(address, as: UInt64.self))
    case .s64: return .integer(try memory.load(address, as: Int64.self))
    case .float32: return .float(Double(Float(bitPattern: try memory.load(address, as: UInt32.self))))
    case .float64: return .float(Double(bitPattern: try memory.load(address, as: UInt64.self)))
    case .char: return try character(try memory.load(address, as: UInt32.self))
    case .string:
      try memory.check(address, count: 8, alignment: 4)
      let start = try memory.load(address, as: UInt32.self)
      return .string(try string(start, units: try memory.load(address + 4, as: UInt32.self)))
    case .list:
      guard case .list(let element) = layout.shape else { break }
      try memory.check(address, count: 8, alignment: 4)
      return try list(
        of: element, at: try memory.load(address, as: UInt32.self),
        count: try memory.load(address + 4, as: UInt32.self))
    case .tuple:
      try memory.check(address, count: UInt64(layout.size), alignment: layout.alignment)
      let all = layout.fields
      let fields = all.span
      try spend(Lifting.arrayHeader + fields.count * MemoryLayout<Value.Field>.stride)
      var items: [Value] = []
      items.reserveCapacity(fields.count)
      for index in fields.indices {
        items.append(try load(fields[index].layout, at: address + fields[index].offset))
      }
      return .array(items)
    case .record:
      try memory.check(address, count: UInt64(layout.size), alignment: layout.alignment)
      let all = layout.fields
      let fields = all.span
      try spend(Lifting.arrayHeader + fields.count * MemoryLayout<Value.Field>.stride)
      var entries: [Value.Field] = []
      entries.reserveCapacity(fields.count)
      for index in fields.indices {
        let value = try loadMember(fields[index].layout, at: address + fields[index].offset)
        entries.append(Value.Field(fields[index].key, value))
      }
      return .table(entries)
    case .variant:
      guard case .variant(let variant) = layout.shape else { break }
      try memory.check(address, count: UInt64(layout.size), alignment: layout.alignment)
      let discriminant =
        switch variant.discriminantBytes {
        case 1: UInt32(try memory.load(address, as: UInt8.self))
        case 2: UInt32(try memory.load(address, as: UInt16.self))
        default: try memory.load(address, as: UInt32.self)
        }
      let chosen = try variantCase(variant, discriminant)
      var payload: Value?
      if let layout = chosen.payload { payload = try load(layout, at: address + variant.payloadOffset) }
      return try variantValue(variant.style, chosen.name, payload)
    case .flags:
      guard case .flags(let names, let bytes) = layout.shape else { break }
      let bits =
        switch bytes {
        case 1: UInt32(try memory.load(address, as: UInt8.self))
        case 2: UInt32(try memory.load(address, as: UInt16.self))
        default: try memory.load(address, as: UInt32.self)
        }
      return try flagsValue(names, bits)
    case .handle:
      guard case .handle(let resource, let owned) = layout.shape else { break }
      return .resource(try liftHandle(try memory.load(address, as: UInt32.self), resource, owned))
    }
    throw ABIViolation("the layout of \(layout.type) is inconsistent")
  }

  /// The short way for what most members are.
  @inline(__always)
  private mutating func loadMember(_ layout: Layout, at address: UInt32) throws(ABIViolation) -> Value {
    switch layout.kind {
    case .u32: .integer(Int64(try memory.load(address, as: UInt32.self)))
    case .s32: .integer(Int64(try memory.load(address, as: Int32.self)))
    case .s64: .integer(try memory.load(address, as: Int64.self))
    case .float64: .float(Double(bitPattern: try memory.load(address, as: UInt64.self)))
    default: try load(layout, at: address)
    }
  }

  /// A UTF-8 string whose address and length are at `address`.
  static func text(at address: UInt32, in memory: GuestMemory) throws(ABIViolation) -> String {
    try memory.check(address, count: 8, alignment: 4)
    let count = try memory.load(address + 4, as: UInt32.self)
    guard count <= Lowering.maximumBytes, count <= Lifting.defaultBudget else {
      throw ABIViolation("a string of \(count) units is too long")
    }
    let bytes = try memory.slice(try memory.load(address, as: UInt32.self), count: count)
    guard let text = String(validUTF8: UnsafeRawBufferPointer(bytes)) else {
      throw ABIViolation("a string is not valid UTF-8")
    }
    return text
  }

  // MARK: From core values

  /// Lifts a value that is one core value.
  package mutating func lift(_ layout: Layout, from value: CoreValue) throws(ABIViolation) -> Value {
    var values = [value][...]
    return try lift(layout, from: &values)
  }

  /// The value of most results that are integers, which needs nothing else; `nil` for all other types.
  static func integer(_ value: CoreValue, _ layout: Layout) -> Value? {
    switch (layout.shape, value) {
    case (.integer(4, true), .i32(let bits)): .integer(Int64(Int32(bitPattern: bits)))
    case (.integer(4, false), .i32(let bits)): .integer(Int64(bits))
    case (.integer(8, true), .i64(let bits)): .integer(Int64(bitPattern: bits))
    default: nil
    }
  }

  /// Lifts a value out of core values, taking them from the front of `values`.
  package mutating func lift(_ layout: Layout, from values: inout ArraySlice<CoreValue>) throws(ABIViolation) -> Value {
    switch layout.shape {
    case .bool: return .bool(try Lifting.bits32(&values) != 0)
    case .integer(let bytes, let signed):
      if bytes == 8 {
        let bits = try Lifting.bits64(&values)
        return signed ? .integer(Int64(bitPattern: bits)) : Value(unsigned: bits)
      }
      let bits = try Lifting.bits32(&values)
      switch (bytes, signed) {
      case (1, false): return .integer(Int64(UInt8(truncatingIfNeeded: bits)))
      case (1, true): return .integer(Int64(Int8(truncatingIfNeeded: bits)))
      case (2, false): return .integer(Int64(UInt16(truncatingIfNeeded: bits)))
      case (2, true): return .integer(Int64(Int16(truncatingIfNeeded: bits)))
      case (_, false): return .integer(Int64(bits))
      case (_, true): return .integer(Int64(Int32(bitPattern: bits)))
      }
    case .float32: return .float(Double(Float(bitPattern: try Lifting.bits32(&values))))
    case .float64: return .float(Double(bitPattern: try Lifting.bits64(&values)))
    case .char: return try character(try Lifting.bits32(&values))
    case .string:
      let address = try Lifting.bits32(&values)
      return .string(try string(address, units: try Lifting.bits32(&values)))
    case .list(let element):
      let address = try Lifting.bits32(&values)
      return try list(of: element, at: address, count: try Lifting.bits32(&values))
    case .product(let fields):
      var members: [Value] = []
      for field in fields { members.append(try lift(field.layout, from: &values)) }
      return try product(fields, members)
    case .variant(let variant):
      let discriminant = try Lifting.bits32(&values)
      let chosen = try variantCase(variant, discriminant)
      // The payload stands in the joined core types of all cases; what the chosen case does not use is skipped.
      let width = (layout.flat?.count ?? 1) - 1
      guard values.count >= width else { throw ABIViolation("core values are missing") }
      var own = values.prefix(width)
      values = values.dropFirst(width)
      var payload: Value?
      if let layout = chosen.payload { payload = try lift(layout, from: &own) }
      return try variantValue(variant.style, chosen.name, payload)
    case .flags(let names, _): return try flagsValue(names, try Lifting.bits32(&values))
    case .handle(let resource, let owned):
      return .resource(try liftHandle(try Lifting.bits32(&values), resource, owned))
    }
  }

  private static func bits32(_ values: inout ArraySlice<CoreValue>) throws(ABIViolation) -> UInt32 {
    guard let value = values.popFirst() else { throw ABIViolation("core values are missing") }
    switch value {
    case .i32(let bits), .f32(let bits): return bits
    case .i64(let bits), .f64(let bits): return UInt32(truncatingIfNeeded: bits)
    }
  }

  private static func bits64(_ values: inout ArraySlice<CoreValue>) throws(ABIViolation) -> UInt64 {
    guard let value = values.popFirst() else { throw ABIViolation("core values are missing") }
    switch value {
    case .i32(let bits), .f32(let bits): return UInt64(bits)
    case .i64(let bits), .f64(let bits): return bits
    }
  }

  // MARK: Parts

  private func character(_ code: UInt32) throws(ABIViolation) -> Value {
    guard let scalar = Unicode.Scalar(code) else {
      throw ABIViolation("0x\(String(code, radix: 16)) is not a character")
    }
    return .string(String(Character(scalar)))
  }

  package mutating func string(_ address: UInt32, units: UInt32) throws(ABIViolation) -> String {
    guard units & 0x7fff_ffff <= Lowering.maximumBytes else {
      throw ABIViolation("a string of \(units) units is too long")
    }
    switch encoding {
    case .utf8:
      return try utf8(address, count: units)
    case .utf16:
      return try utf16(address, units: units)
    case .latin1OrUTF16:
      if units & 0x8000_0000 != 0 { return try utf16(address, units: units & 0x7fff_ffff) }
      try memory.check(address, count: UInt64(units), alignment: 2)
      let bytes = try memory.slice(address, count: units)
      try spend(bytes.count * 2)
      var text = ""
      text.unicodeScalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
      return text
    }
  }

  private mutating func utf8(_ address: UInt32, count: UInt32) throws(ABIViolation) -> String {
    let bytes = try memory.slice(address, count: count)
    try spend(bytes.count)
    guard let text = String(validUTF8: UnsafeRawBufferPointer(bytes)) else {
      throw ABIViolation("a string is not valid UTF-8")
    }
    return text
  }

  private mutating func utf16(_ address: UInt32, units: UInt32) throws(ABIViolation) -> String {
    try memory.check(address, count: UInt64(units) * 2, alignment: 2)
    try spend(Int(units) * 3)
    let bytes = try memory.slice(address, count: units * 2)
    let text = bytes.withMemoryRebound(to: UInt16.self) { String(validating: $0, as: UTF16.self) }
    guard let text else { throw ABIViolation("a string is not valid UTF-16") }
    return text
  }

  private mutating func list(of element: Layout, at address: UInt32, count: UInt32) throws(ABIViolation) -> Value {
    let bytes = UInt64(count) * UInt64(element.size)
    guard bytes <= Lowering.maximumBytes else { throw ABIViolation("a list of \(bytes) bytes is too long") }
    try memory.check(address, count: bytes, alignment: element.alignment)
    if case .integer(1, false) = element.shape {
      try spend(Int(count))
      return .bytes(Array(try memory.slice(address, count: count)))
    }
    try spend(Lifting.arrayHeader + Int(count) * MemoryLayout<Value>.stride)
    var values: [Value] = []
    values.reserveCapacity(Int(count))
    for index in 0..<count {
      values.append(try load(element, at: address + index * element.size))
    }
    return .array(values)
  }

  private mutating func product(_ fields: [Layout.ProductField], _ values: [Value]) throws(ABIViolation) -> Value {
    try spend(Lifting.arrayHeader + fields.count * MemoryLayout<Value.Field>.stride)
    guard fields.first?.name != nil else { return .array(values) }
    return .table(zip(fields, values).map { Value.Field($0.name ?? "", $1) })
  }

  private func variantCase(
    _ variant: Layout.VariantShape, _ discriminant: UInt32
  ) throws(ABIViolation) -> (name: String, payload: Layout?) {
    guard discriminant < variant.cases.count else {
      throw ABIViolation("discriminant \(discriminant) of a type with \(variant.cases.count) cases")
    }
    return variant.cases[Int(discriminant)]
  }

  private mutating func variantValue(
    _ style: Layout.VariantStyle, _ name: String, _ payload: Value?
  ) throws(ABIViolation) -> Value {
    try spend(Lifting.arrayHeader + MemoryLayout<Value.Field>.stride)
    return switch style {
    case .variant: payload.map { .table([Value.Field(name, $0)]) } ?? .string(name)
    case .enumeration: .string(name)
    case .result: .table([Value.Field(name, payload ?? .null)])
    case .option: payload ?? .null
    case .optionOfOption:
      if let payload { payload == .null ? .table([]) : .table([Value.Field("some", payload)]) } else { .null }
    }
  }

  private mutating func flagsValue(_ names: [String], _ bits: UInt32) throws(ABIViolation) -> Value {
    try spend(Lifting.arrayHeader + bits.nonzeroBitCount * MemoryLayout<Value>.stride)
    return .array(names.indices.filter { bits & (1 << UInt32($0)) != 0 }.map { .string(names[$0]) })
  }
}
