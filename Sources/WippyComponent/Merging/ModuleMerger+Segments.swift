extension ModuleMerger {
  // MARK: Elements

  /// The element segments, and one that declares the functions that code refers to: outside of segments they were
  /// declared by exports, which the merged module does not have.
  func writeElements() throws {
    let declared = referenced.indices.filter { referenced[$0] }
    var count = declared.isEmpty ? 0 : 1
    for module in modules { count += try module.count(.element) }
    guard count > 0 else { return }
    try section(.element) { output in
      output.append(unsigned: UInt32(count))
      for (module, space) in zip(modules, spaces) {
        try module.each(.element) { try copyElements(&$0, space) }
      }
      guard !declared.isEmpty else { return }
      output.append([SegmentFlags.declared, SegmentFlags.functions])
      output.append(unsigned: UInt32(declared.count))
      for function in declared { output.append(unsigned: UInt32(function)) }
    }
  }

  private enum SegmentFlags {
    static let passive: UInt32 = 1
    /// An active segment that names its table or memory.
    static let explicit: UInt32 = 2
    static let expressions: UInt32 = 4
    /// The flags of a declarative segment of functions.
    static let declared: UInt8 = 3
    /// The kind of a segment of functions.
    static let functions: UInt8 = 0
    /// The type of references to functions.
    static let anyFunction: [UInt8] = [0x70]
  }

  private func copyElements(_ reader: inout BinaryReader, _ space: IndexSpaces) throws {
    let flags = try reader.u32("an element segment")
    guard flags < 8 else { throw MergeRefusal("an element segment is unknown") }
    let isActive = flags & SegmentFlags.passive == 0
    let isExplicit = flags & SegmentFlags.explicit != 0
    let constants = ConstantReader(spaces: space, globals: globals)
    var table: UInt32 = 0
    var offset: ConstantValue?
    if isActive {
      table = try space.index(of: isExplicit ? try reader.u32("a table") : 0, .table)
      offset = try constants.read(&reader)
    }
    var type = SegmentFlags.anyFunction
    let elements: [ConstantValue]
    if flags & SegmentFlags.expressions == 0 {
      if !isActive || isExplicit { try reader.expect(SegmentFlags.functions, "the kind of a segment") }
      elements = try list(&reader) { .function(try space.index(of: try $0.u32("a function"), .function)) }
    } else {
      if !isActive || isExplicit { type = try reader.valueType(space) }
      elements = try list(&reader) { try constants.read(&$0) }
    }
    write(elements, type, flags: flags, table, offset)
  }

  private func list(
    _ reader: inout BinaryReader, _ element: (inout BinaryReader) throws -> ConstantValue
  ) throws -> [ConstantValue] {
    let count = try reader.count(of: "elements")
    var elements: [ConstantValue] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try element(&reader)) }
    return elements
  }

  private func write(
    _ elements: [ConstantValue], _ type: [UInt8], flags: UInt32, _ table: UInt32, _ offset: ConstantValue?
  ) {
    // The engine has tables ready whose segments are lists of functions; expressions it evaluates for each instance.
    let functions = type == SegmentFlags.anyFunction ? elements.functions : nil
    var flags = offset == nil ? flags & (SegmentFlags.passive | SegmentFlags.explicit) : 0
    if functions == nil { flags |= SegmentFlags.expressions }
    let isExplicit = offset == nil || table != 0 || type != SegmentFlags.anyFunction
    if offset != nil, isExplicit { flags |= SegmentFlags.explicit }
    output.append(unsigned: flags)
    if let offset {
      if isExplicit { output.append(unsigned: table) }
      offset.write(to: output)
    }
    if isExplicit { output.append(functions == nil ? type : [SegmentFlags.functions]) }
    output.append(unsigned: UInt32(elements.count))
    if let functions {
      for function in functions { output.append(unsigned: function) }
    } else {
      for element in elements { element.write(to: output) }
    }
  }

  // MARK: Data

  func writeData() throws {
    var count = 0
    for module in modules { count += try module.count(.data) }
    guard count > 0 else { return }
    try section(.data) { output in
      output.append(unsigned: UInt32(count))
      for (module, space) in zip(modules, spaces) {
        try module.each(.data) { try copyData(&$0, space) }
      }
    }
  }

  private func copyData(_ reader: inout BinaryReader, _ space: IndexSpaces) throws {
    let flags = try reader.u32("a data segment")
    guard flags < 3 else { throw MergeRefusal("a data segment is unknown") }
    if flags == SegmentFlags.passive {
      output.append(UInt8(SegmentFlags.passive))
    } else {
      let memory = try space.index(of: flags == 0 ? 0 : try reader.u32("a memory"), .memory)
      let offset = try ConstantReader(spaces: space, globals: globals).read(&reader)
      output.append(UInt8(memory == 0 ? 0 : SegmentFlags.explicit))
      if memory != 0 { output.append(unsigned: memory) }
      offset.write(to: output)
    }
    let size = Int(try reader.u32("the size of a data segment"))
    let begin = reader.position
    try reader.skip(size, "a data segment")
    output.append(unsigned: UInt32(size))
    output.append(UnsafeRawBufferPointer(rebasing: reader.bytes[begin..<begin + size]))
  }
}

extension [ConstantValue] {
  /// The functions that they refer to; `nil` where one is something else.
  fileprivate var functions: [UInt32]? {
    var functions: [UInt32] = []
    functions.reserveCapacity(count)
    for element in self {
      guard case .function(let index) = element else { return nil }
      functions.append(index)
    }
    return functions
  }
}
