import WippyCore

/// The short ways for what most values are made of: to switch over a value as `Lowering` does copies it.
extension Lowering {
  func addRecord(
    _ entries: [Value.Field], _ layout: Layout, to list: inout [Allocation]
  ) throws(ABIViolation) {
    let all = layout.fields
    let (fields, entries) = (all.span, entries.span)
    guard entries.count == fields.count else {
      throw ABIViolation("expected \(fields.count) fields, got \(entries.count)")
    }
    for index in fields.indices where fields[index].layout.needsAllocation {
      if case .string(let text) = entries[index].value, case .string = fields[index].layout.kind, case .utf8 = encoding
      {
        try addText(text.utf8.count, to: &list)
      } else {
        try allocations(for: entries[index].value, fields[index].layout, into: &list)
      }
    }
  }

  @inline(__always)
  func addText(_ count: Int, to list: inout [Allocation]) throws(ABIViolation) {
    guard count <= Lowering.maximumBytes else { throw EncodedString.tooLong(count) }
    list.append(Allocation(size: UInt32(count), alignment: 1))
  }

  func storeRecord(
    _ entries: [Value.Field], _ layout: Layout, at address: UInt32, _ target: inout Target
  ) throws(ABIViolation) {
    let all = layout.fields
    let (fields, entries) = (all.span, entries.span)
    guard entries.count == fields.count else {
      throw ABIViolation("expected \(fields.count) fields, got \(entries.count)")
    }
    for index in fields.indices {
      try storeMember(entries[index].value, fields[index].layout, at: address + fields[index].offset, &target)
    }
  }

  @inline(__always)
  func storeMember(
    _ value: Value, _ layout: Layout, at address: UInt32, _ target: inout Target
  ) throws(ABIViolation) {
    switch layout.kind {
    case .u32, .s32:
      if case .integer(let number) = value {
        return try target.memory.store(UInt32(truncatingIfNeeded: number), at: address)
      }
    case .u64, .s64:
      if case .integer(let number) = value { return try target.memory.store(UInt64(bitPattern: number), at: address) }
    case .float64:
      if case .float(let number) = value { return try target.memory.store(number.bitPattern, at: address) }
    case .string:
      if case .string(let text) = value, case .utf8 = encoding {
        let (pointer, length) = try storeUTF8(text, &target)
        try target.memory.store(pointer, at: address)
        return try target.memory.store(length, at: address + 4)
      }
    default: break
    }
    try store(value, layout, at: address, &target)
  }

  func storeUTF8(
    _ text: String, _ target: inout Target
  ) throws(ABIViolation) -> (pointer: UInt32, length: UInt32) {
    let count = text.utf8.count
    guard count <= Lowering.maximumBytes else { throw EncodedString.tooLong(count) }
    let pointer = try target.next(Allocation(size: UInt32(count), alignment: 1))
    let place = try target.memory.slice(pointer, count: UInt32(count))
    let isCopied = text.utf8.withContiguousStorageIfAvailable { bytes in
      place.copyMemory(from: UnsafeRawBufferPointer(bytes))
      return true
    }
    if isCopied != true { place.copyBytes(from: text.utf8) }
    return (pointer, UInt32(count))
  }
}
