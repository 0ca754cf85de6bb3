/// Copies the instructions of one module's functions with the indices that they have in the merged module.
///
/// What it does not know it refuses: then the modules stay apart. Whether the code is valid is for the engine to say,
/// which sees it next; all that matters here is where an instruction ends.
struct InstructionRewriter {
  private var next: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  /// Up to where the code is copied.
  private var copied: UnsafePointer<UInt8>
  private var output: UnsafeMutablePointer<UInt8>
  private let spaces: Spaces

  /// The index spaces as the inner loop reads them.
  struct Spaces {
    let functions: UnsafeBufferPointer<UInt32>
    let tables: UnsafeBufferPointer<UInt32>
    let memories: UnsafeBufferPointer<UInt32>
    let globals: UnsafeBufferPointer<UInt32>
    let tags: UnsafeBufferPointer<UInt32>
    let types: Shift
    let elements: Shift
    let data: Shift
    /// A flag for each function of the merged module: whether code refers to it.
    let referenced: UnsafeMutablePointer<Bool>
  }

  /// A space of indices that only moves.
  struct Shift {
    let base: UInt32
    let count: UInt32
  }

  /// At most this many times as long as it was becomes a function: an index of one byte may take five.
  static let growth = 4

  /// - Parameters:
  ///   - code: A function as it stands in the code section, without its size.
  ///   - output: Where it goes; has room for `growth` times its size.
  private init(_ code: UnsafeBufferPointer<UInt8>, to output: UnsafeMutablePointer<UInt8>, _ spaces: Spaces) {
    // An empty buffer may have no address.
    let begin = code.baseAddress ?? UnsafePointer(output)
    next = begin
    end = begin + code.count
    copied = begin
    self.output = output
    self.spaces = spaces
  }

  /// Rewrites a function; returns the end of what it became.
  static func rewrite(
    _ code: UnsafeBufferPointer<UInt8>, to output: UnsafeMutablePointer<UInt8>, _ spaces: Spaces
  ) throws(MergeRefusal) -> UnsafeMutablePointer<UInt8> {
    var rewriter = InstructionRewriter(code, to: output, spaces)
    try rewriter.locals()
    while rewriter.next < rewriter.end { try rewriter.instruction() }
    rewriter.copy(until: rewriter.end)
    return rewriter.output
  }

  /// Rewrites a function up to where its copy has `count` bytes, and returns how many bytes of the function those are.
  static func originalOffset(
    of count: Int, in code: UnsafeBufferPointer<UInt8>, scratch: UnsafeMutablePointer<UInt8>, _ spaces: Spaces
  ) throws(MergeRefusal) -> Int {
    var rewriter = InstructionRewriter(code, to: scratch, spaces)
    let begin = rewriter.next
    try rewriter.locals()
    while rewriter.next < rewriter.end {
      // What is not copied yet has the same length.
      let written = rewriter.output - scratch + (rewriter.next - rewriter.copied)
      if written >= count { return rewriter.next - begin - (written - count) }
      try rewriter.instruction()
    }
    return min(count, code.count)
  }

  // MARK: Instructions

  private mutating func locals() throws(MergeRefusal) {
    for _ in 0..<(try integer()) {
      _ = try integer()
      try valueType()
    }
  }

  private mutating func instruction() throws(MergeRefusal) {
    let opcode = try byte()
    switch opcode {
    // Without operands: control, drop and select, comparisons and arithmetic, null checks.
    case 0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x1a, 0x1b, 0x45...0xc4, 0xd1, 0xd3, 0xd4: return
    // Locals and labels keep their numbers.
    case 0x20...0x22, 0x0c, 0x0d, 0xd5, 0xd6: try skipInteger()
    case 0x28...0x3e: try memoryAccess()
    case 0x41: try skipInteger()
    case 0x42: try skipLongInteger()
    case 0x43: try skip(4)
    case 0x44: try skip(8)
    case 0x10, 0x12: try map(spaces.functions, "function")
    case 0x23, 0x24: try map(spaces.globals, "global")
    case 0x02...0x04: try blockType()
    case 0x0e: for _ in 0...(try integer()) { try skipInteger() }
    case 0x11, 0x13:
      try shift(spaces.types, "type")
      try map(spaces.tables, "table")
    case 0x25, 0x26: try map(spaces.tables, "table")
    case 0x3f, 0x40: try map(spaces.memories, "memory")
    case 0xfc: try bulkInstruction()
    case 0xfd: try vectorInstruction()
    case 0xfe: try atomicInstruction()
    case 0xd2: try functionReference()
    case 0xd0: try heapType()
    case 0x1c: for _ in 0..<(try integer()) { try valueType() }
    case 0x14, 0x15: try shift(spaces.types, "type")
    case 0x08: try map(spaces.tags, "tag")
    case 0x1f: try tryTable()
    default: throw MergeRefusal("instruction \(hexadecimal(opcode)) is unknown")
    }
  }

  private mutating func tryTable() throws(MergeRefusal) {
    try blockType()
    for _ in 0..<(try integer()) {
      switch try byte() {
      case 0x00, 0x01: try map(spaces.tags, "tag")
      case 0x02, 0x03: break
      default: throw MergeRefusal("a catch clause is unknown")
      }
      try skipInteger()
    }
  }

  private mutating func functionReference() throws(MergeRefusal) {
    let function = try map(spaces.functions, "function")
    // The module must declare what code refers to.
    spaces.referenced[Int(function)] = true
  }

  private mutating func bulkInstruction() throws(MergeRefusal) {
    let opcode = try integer()
    switch opcode {
    case 0...7, 19...22: return
    case 8:
      try shift(spaces.data, "data segment")
      try map(spaces.memories, "memory")
    case 9: try shift(spaces.data, "data segment")
    case 10:
      try map(spaces.memories, "memory")
      try map(spaces.memories, "memory")
    case 11: try map(spaces.memories, "memory")
    case 12:
      try shift(spaces.elements, "element segment")
      try map(spaces.tables, "table")
    case 13: try shift(spaces.elements, "element segment")
    case 14:
      try map(spaces.tables, "table")
      try map(spaces.tables, "table")
    case 15...17: try map(spaces.tables, "table")
    default: throw MergeRefusal("instruction 0xfc \(opcode) is unknown")
    }
  }

  private mutating func vectorInstruction() throws(MergeRefusal) {
    let opcode = try integer()
    switch opcode {
    case 0...11, 92, 93: try memoryAccess()
    case 12, 13: try skip(16)
    case 14...20, 35...83, 94...275: return
    case 21...34: try skip(1)
    case 84...91:
      try memoryAccess()
      try skip(1)
    default: throw MergeRefusal("instruction 0xfd \(opcode) is unknown")
    }
  }

  private mutating func atomicInstruction() throws(MergeRefusal) {
    let opcode = try integer()
    switch opcode {
    case 0x00...0x02, 0x10...0x4e: try memoryAccess()
    case 0x03: try skip(1)
    default: throw MergeRefusal("instruction 0xfe \(opcode) is unknown")
    }
  }

  /// Alignment, memory and offset of a load or a store.
  private mutating func memoryAccess() throws(MergeRefusal) {
    let begin = next
    let flags = try integer()
    guard flags < 0x80 else { throw MergeRefusal("an alignment is too large") }
    let hasIndex = flags & MemoryAccess.hasIndex != 0
    let memory = hasIndex ? try integer() : 0
    guard memory < spaces.memories.count else { throw MergeRefusal("there is no memory \(memory)") }
    let mapped = spaces.memories[Int(memory)]
    if mapped != memory || (mapped == 0 && hasIndex) {
      copy(until: begin)
      copied = next
      if mapped == 0 {
        output.write(flags & ~MemoryAccess.hasIndex)
      } else {
        output.write(flags | MemoryAccess.hasIndex)
        output.write(mapped)
      }
    }
    try skipLongInteger()
  }

  private enum MemoryAccess {
    static let hasIndex: UInt32 = 0x40
  }

  // MARK: Types

  private mutating func blockType() throws(MergeRefusal) {
    guard next < end else { throw ended }
    // One byte stands for no value or for a type, what is not negative for a type's index.
    guard next.pointee & 0xc0 == 0x40 else { return try typeIndex() }
    if next.pointee == 0x40 { next += 1 } else { try valueType() }
  }

  private mutating func valueType() throws(MergeRefusal) {
    switch try byte() {
    case 0x63, 0x64: try heapType()
    case 0x7b...0x7f, InstructionRewriter.heapTypes: return
    default: throw MergeRefusal("a value type is unknown")
    }
  }

  private mutating func heapType() throws(MergeRefusal) {
    guard next < end else { throw ended }
    if InstructionRewriter.heapTypes.contains(next.pointee) { next += 1 } else { try typeIndex() }
  }

  /// Those that are a byte.
  static let heapTypes: ClosedRange<UInt8> = 0x69...0x74

  /// A signed integer of 33 bits that is an index.
  private mutating func typeIndex() throws(MergeRefusal) {
    let begin = next
    let index = try integer()
    // The sign is the highest bit of the last byte.
    guard next[-1] & 0x40 == 0, index < spaces.types.count else { throw MergeRefusal("a type is unknown") }
    copy(until: begin)
    copied = next
    output.write(signed: spaces.types.base + index)
  }

  // MARK: Indices

  @inline(__always) @discardableResult
  private mutating func map(_ space: UnsafeBufferPointer<UInt32>, _ what: String) throws(MergeRefusal) -> UInt32 {
    let begin = next
    let index = Int(try integer())
    guard index < space.count else { throw MergeRefusal("there is no \(what) \(index)") }
    copy(until: begin)
    copied = next
    let mapped = space[index]
    output.write(mapped)
    return mapped
  }

  private mutating func shift(_ space: Shift, _ what: String) throws(MergeRefusal) {
    let begin = next
    let index = try integer()
    guard index < space.count else { throw MergeRefusal("there is no \(what) \(index)") }
    copy(until: begin)
    copied = next
    output.write(space.base + index)
  }

  @inline(__always)
  private mutating func copy(until place: UnsafePointer<UInt8>) {
    let count = place - copied
    // Most pieces are a few bytes.
    if count < 16 {
      for index in 0..<count { output[index] = copied[index] }
    } else {
      output.update(from: copied, count: count)
    }
    output += count
    copied = place
  }

  // MARK: Bytes

  private var ended: MergeRefusal { MergeRefusal("a function ends within an instruction") }

  @inline(__always)
  private mutating func byte() throws(MergeRefusal) -> UInt8 {
    guard next < end else { throw ended }
    defer { next += 1 }
    return next.pointee
  }

  private mutating func skip(_ count: Int) throws(MergeRefusal) {
    guard end - next >= count else { throw ended }
    next += count
  }

  @inline(__always)
  private mutating func integer() throws(MergeRefusal) -> UInt32 {
    let first = try byte()
    if first & 0x80 == 0 { return UInt32(first) }
    return try integer(after: first)
  }

  private mutating func integer(after first: UInt8) throws(MergeRefusal) -> UInt32 {
    var value = UInt32(first & 0x7f)
    for shift in stride(from: UInt32(7), to: 35, by: 7) {
      let next = try byte()
      value |= UInt32(next & 0x7f) << shift
      if shift == 28, next > 0x0f { break }
      if next & 0x80 == 0 { return value }
    }
    throw MergeRefusal("an integer does not fit 32 bits")
  }

  @inline(__always)
  private mutating func skipInteger() throws(MergeRefusal) {
    for _ in 0..<5 where try byte() & 0x80 == 0 { return }
    throw MergeRefusal("an integer does not fit 32 bits")
  }

  private mutating func skipLongInteger() throws(MergeRefusal) {
    for _ in 0..<10 where try byte() & 0x80 == 0 { return }
    throw MergeRefusal("an integer does not fit 64 bits")
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Writes a signed LEB128 of a number that is not negative, and moves behind it.
  mutating func write(signed value: UInt32) { write(value, lastByte: 0x3f) }
}
