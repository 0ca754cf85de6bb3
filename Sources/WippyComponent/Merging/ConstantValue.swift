/// What an initializer comes to, as far as it is known without running anything.
///
/// Initializers of modules that are linked by imports refer to globals of other modules. Only constants let the engine
/// have tables and memories ready when an instance is made.
enum ConstantValue {
  case i32(UInt32)
  case i64(UInt64)
  /// A number that nothing is computed with, as it stands in the binary, opcode included.
  case number([UInt8])
  /// A function of the merged module.
  case function(UInt32)
  /// A reference to nothing; its heap type as it stands in the merged module.
  case null([UInt8])

  /// The initializer that has this value.
  func write(to output: ByteBuffer) {
    switch self {
    case .i32(let value): output.append([0x41] + LEB128.signed(Int64(Int32(bitPattern: value))))
    case .i64(let value): output.append([0x42] + LEB128.signed(Int64(bitPattern: value)))
    case .number(let bytes): output.append(bytes)
    case .function(let index):
      output.append(0xd2)
      output.append(unsigned: index)
    case .null(let heapType): output.append([0xd0] + heapType)
    }
    output.append(0x0b)
  }
}

/// Reads initializers of one module.
struct ConstantReader {
  let spaces: IndexSpaces
  /// The values of the merged module's globals; `nil` for those that can change.
  let globals: [ConstantValue?]

  func read(_ reader: inout BinaryReader) throws(MergeRefusal) -> ConstantValue {
    do throws(ComponentError) {
      if let value = try value(&reader) { return value }
    } catch {
      throw MergeRefusal(error.message)
    }
    throw MergeRefusal("an initializer is not constant")
  }

  private func value(_ reader: inout BinaryReader) throws(ComponentError) -> ConstantValue? {
    var stack: [ConstantValue] = []
    while true {
      switch try reader.byte("an instruction") {
      case 0x0b: return stack.count == 1 ? stack[0] : nil
      case 0x41: stack.append(.i32(UInt32(truncatingIfNeeded: try reader.signed("a constant", bits: 32))))
      case 0x42: stack.append(.i64(UInt64(bitPattern: try reader.signed("a constant", bits: 64))))
      case 0x43: stack.append(.number([0x43] + (try reader.take(4, "a constant"))))
      case 0x44: stack.append(.number([0x44] + (try reader.take(8, "a constant"))))
      case 0xfd:
        guard try reader.u32("an instruction") == 12 else { return nil }
        stack.append(.number([0xfd, 12] + (try reader.take(16, "a constant"))))
      case 0xd0: stack.append(.null(try reader.heapType(spaces)))
      case 0xd2:
        let index = Int(try reader.u32("a function"))
        guard index < spaces.functions.count else { return nil }
        stack.append(.function(spaces.functions[index]))
      case 0x23:
        let index = Int(try reader.u32("a global"))
        // Its own and later globals are not there yet.
        guard index < spaces.globals.count, spaces.globals[index] < globals.count,
          let value = globals[Int(spaces.globals[index])]
        else { return nil }
        stack.append(value)
      case let opcode:
        guard let right = stack.popLast(), let left = stack.popLast(),
          let result = ConstantReader.compute(opcode, left, right)
        else { return nil }
        stack.append(result)
      }
    }
  }

  private static func compute(_ opcode: UInt8, _ left: ConstantValue, _ right: ConstantValue) -> ConstantValue? {
    switch (opcode, left, right) {
    case (0x6a, .i32(let left), .i32(let right)): .i32(left &+ right)
    case (0x6b, .i32(let left), .i32(let right)): .i32(left &- right)
    case (0x6c, .i32(let left), .i32(let right)): .i32(left &* right)
    case (0x7c, .i64(let left), .i64(let right)): .i64(left &+ right)
    case (0x7d, .i64(let left), .i64(let right)): .i64(left &- right)
    case (0x7e, .i64(let left), .i64(let right)): .i64(left &* right)
    default: nil
    }
  }
}

extension BinaryReader {
  mutating func take(_ count: Int, _ what: String) throws(ComponentError) -> [UInt8] {
    let begin = position
    try skip(count, what)
    return Array(bytes[begin..<position])
  }

  /// A signed integer in its shortest or a longer form.
  mutating func signed(_ what: String, bits: Int64) throws(ComponentError) -> Int64 {
    var value: Int64 = 0
    var shift: Int64 = 0
    while true {
      let next = try byte(what)
      // What is above the sign must repeat it.
      if shift + 7 > bits {
        let used = bits - shift
        let high = Int8(bitPattern: next << 1) >> used
        guard next & 0x80 == 0, high == 0 || high == -1 else { throw failure("\(what) is too large") }
      }
      value |= Int64(next & 0x7f) << shift
      shift += 7
      if next & 0x80 == 0 { return shift < 64 && next & 0x40 != 0 ? value | (-1 << shift) : value }
    }
  }

  /// A heap type, as it stands in the merged module.
  mutating func heapType(_ spaces: IndexSpaces) throws(ComponentError) -> [UInt8] {
    let code = try peek("a heap type")
    if InstructionRewriter.heapTypes.contains(code) {
      try skip(1, "a heap type")
      return [code]
    }
    let index = try s33("a heap type")
    guard index >= 0, index < spaces.typeCount else { throw failure("a heap type is unknown") }
    return LEB128.signed(Int64(spaces.typeBase) + index)
  }

  /// A value type, as it stands in the merged module.
  mutating func valueType(_ spaces: IndexSpaces) throws(ComponentError) -> [UInt8] {
    let code = try byte("a value type")
    switch code {
    case 0x63, 0x64: return [code] + (try heapType(spaces))
    case 0x7b...0x7f, InstructionRewriter.heapTypes: return [code]
    default: throw failure("a value type is unknown")
    }
  }
}
