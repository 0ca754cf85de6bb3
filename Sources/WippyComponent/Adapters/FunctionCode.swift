import WippyEngine

/// The instructions and locals of one generated function.
struct FunctionCode {
  /// A local variable or a parameter.
  struct Local: Hashable {
    let index: UInt32
    let type: CoreValueType
  }

  enum Opcode: UInt8 {
    case unreachable = 0x00
    case `else` = 0x05
    case end = 0x0b
    case drop = 0x1a
    case i32Load = 0x28
    case i64Load = 0x29
    case i32Load8U = 0x2d
    case i32Load16U = 0x2f
    case i32Store = 0x36
    case i64Store = 0x37
    case i32Store8 = 0x3a
    case i32Store16 = 0x3b
    case i32Eqz = 0x45
    case i32Eq = 0x46
    case i32Ne = 0x47
    case i32LtU = 0x49
    case i32GeU = 0x4f
    case i64Eqz = 0x50
    case i64Eq = 0x51
    case i64Ne = 0x52
    case i64GtU = 0x56
    case i32Add = 0x6a
    case i32Sub = 0x6b
    case i32Mul = 0x6c
    case i32And = 0x71
    case i32Or = 0x72
    case i32Xor = 0x73
    case i32Shl = 0x74
    case i32ShrU = 0x76
    case i64Add = 0x7c
    case i64Mul = 0x7e
    case i64And = 0x83
    case i64Or = 0x84
    case i64Shl = 0x86
    case i64ShrU = 0x88
    case i32WrapI64 = 0xa7
    case i64ExtendI32U = 0xad
    case i32ReinterpretF32 = 0xbc
    case i64ReinterpretF64 = 0xbd
    case f32ReinterpretI32 = 0xbe
    case f64ReinterpretI64 = 0xbf
    case i32Extend8S = 0xc0
    case i32Extend16S = 0xc1
  }

  private var bytes: [UInt8] = []
  private var locals: [CoreValueType] = []
  private var unused: [CoreValueType: [Local]] = [:]
  let parameters: [Local]

  init(parameters: [CoreValueType]) {
    self.parameters = parameters.enumerated().map { Local(index: UInt32($0), type: $1) }
  }

  var size: Int { bytes.count }

  // MARK: Locals

  /// A local with an undefined value.
  mutating func local(_ type: CoreValueType) -> Local {
    if let local = unused[type]?.popLast() { return local }
    locals.append(type)
    return Local(index: UInt32(parameters.count + locals.count - 1), type: type)
  }

  /// Lets others use the local.
  mutating func release(_ local: Local) { unused[local.type, default: []].append(local) }

  mutating func release(_ locals: [Local]) {
    for local in locals { release(local) }
  }

  mutating func get(_ local: Local) { bytes += [0x20] + LEB128.unsigned(UInt64(local.index)) }
  mutating func set(_ local: Local) { bytes += [0x21] + LEB128.unsigned(UInt64(local.index)) }
  mutating func tee(_ local: Local) { bytes += [0x22] + LEB128.unsigned(UInt64(local.index)) }

  mutating func get(_ locals: [Local]) {
    for local in locals { get(local) }
  }

  /// Takes a value for each off the stack, the last one first.
  mutating func set(_ locals: [Local]) {
    for local in locals.reversed() { set(local) }
  }

  // MARK: Instructions

  mutating func emit(_ opcode: Opcode) { bytes.append(opcode.rawValue) }
  mutating func constant(_ value: UInt32) { bytes += [0x41] + LEB128.signed(Int64(Int32(bitPattern: value))) }
  mutating func constant(wide value: Int64) { bytes += [0x42] + LEB128.signed(value) }
  mutating func call(_ index: UInt32) { bytes += [0x10] + LEB128.unsigned(UInt64(index)) }
  mutating func branch(_ depth: UInt32) { bytes += [0x0c] + LEB128.unsigned(UInt64(depth)) }
  mutating func branchIf(_ depth: UInt32) { bytes += [0x0d] + LEB128.unsigned(UInt64(depth)) }
  mutating func `if`() { bytes += [0x04, 0x40] }
  mutating func block() { bytes += [0x02, 0x40] }
  mutating func loop() { bytes += [0x03, 0x40] }

  mutating func zero(_ local: Local) {
    switch local.type {
    case .i64: constant(wide: 0)
    case .f32: bytes += [0x43, 0, 0, 0, 0]
    case .f64: bytes += [0x44, 0, 0, 0, 0, 0, 0, 0, 0]
    default: constant(0)
    }
    set(local)
  }

  /// Takes the address off the stack, and below it the value where this is a store.
  mutating func access(_ opcode: Opcode, memory: UInt32, offset: UInt32) {
    bytes.append(opcode.rawValue)
    // Bit 6 of the alignment says that a memory index follows.
    if memory == 0 { bytes.append(0) } else { bytes += [0x40] + LEB128.unsigned(UInt64(memory)) }
    bytes += LEB128.unsigned(UInt64(offset))
  }

  mutating func memorySize(_ memory: UInt32) { bytes += [0x3f] + LEB128.unsigned(UInt64(memory)) }

  /// Takes count, source and target off the stack.
  mutating func memoryCopy(to target: UInt32, from source: UInt32) {
    bytes += [0xfc, 0x0a] + LEB128.unsigned(UInt64(target)) + LEB128.unsigned(UInt64(source))
  }

  /// A loop inside of a block: a branch to depth 1 leaves it, one to depth 0 repeats it.
  mutating func blockAndLoop(_ body: (inout FunctionCode) -> Void) {
    bytes += [0x02, 0x40, 0x03, 0x40]
    body(&self)
    bytes += [0x0b, 0x0b]
  }

  /// The function as it stands in the code section, without its size.
  var finished: [UInt8] {
    var result = LEB128.unsigned(UInt64(locals.count))
    for type in locals { result += [0x01, type.rawValue] }
    return result + bytes + [0x0b]
  }
}
