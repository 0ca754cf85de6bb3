import WippyEngine

/// Reads what `CoreModuleSummary` holds, section by section.
struct CoreModuleScanner {
  private var reader: BinaryReader
  private var summary = CoreModuleSummary()
  private var functions: [CoreFunctionType?] = []
  private var tables: [CoreExternType] = []
  private var memories: [CoreLimits] = []
  private var globals: [CoreExternType] = []
  private var tags: [CoreFunctionType?] = []
  /// Functions that the module defines, and their bodies.
  private var declared: UInt32 = 0
  private var bodies: UInt32 = 0

  init(_ reader: BinaryReader) {
    self.reader = reader
  }

  mutating func scan() throws(ComponentError) -> CoreModuleSummary {
    let header = UnsafeRawBufferPointer(rebasing: reader.bytes[reader.position..<reader.end])
    if let reason = BinaryKind.detect(header).reasonNotCoreModule { throw reader.failure(reason) }
    try reader.skip(8, "the module's header")
    var last = 0
    while !reader.isAtEnd {
      let start = reader.position
      let id = try reader.byte("a section's id")
      let outer = try reader.openSection("a section")
      guard id != 0 else {
        summary.customSections.append(try reader.name("a custom section's name"))
        reader.skipSection(outer: outer)
        continue
      }
      guard let rank = Self.order.firstIndex(of: id) else {
        throw ComponentError(offset: start, "the section with id \(id) is unknown")
      }
      guard rank >= last else {
        throw ComponentError(offset: start, "the section with id \(id) occurs twice or in the wrong place")
      }
      last = rank + 1
      if try section(id) {
        try reader.closeSection(outer: outer, "the section with id \(id)")
      } else {
        reader.skipSection(outer: outer)
      }
    }
    guard declared == bodies else {
      throw reader.failure("the module declares \(declared) functions and has \(bodies) bodies: it was cut off")
    }
    return summary
  }

  /// The ids of sections in the order that the format demands.
  private static let order: [UInt8] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]

  /// Returns whether the section was read to its end.
  private mutating func section(_ id: UInt8) throws(ComponentError) -> Bool {
    switch id {
    case 1: try each("types") { (scanner) throws(ComponentError) in try scanner.recursiveTypes() }
    case 2:
      try each("imports", reserve: { $0.summary.imports.reserveCapacity($1) }) { (scanner) throws(ComponentError) in
        try scanner.importDefinition()
      }
    case 3:
      try each("functions", reserve: { $0.functions.reserveCapacity($0.functions.count + $1) }) {
        (scanner) throws(ComponentError) in
        scanner.functions.append(try scanner.functionTypeByIndex())
        scanner.declared += 1
      }
    case 4: try each("tables") { (scanner) throws(ComponentError) in try scanner.tableDefinition() }
    case 5:
      try each("memories") { (scanner) throws(ComponentError) in
        let limits = try scanner.memoryLimits()
        scanner.memories.append(limits)
        scanner.summary.memories.append(limits)
      }
    case 13:
      try each("tags") { (scanner) throws(ComponentError) in scanner.tags.append(try scanner.tagType()) }
    case 6: try each("globals") { (scanner) throws(ComponentError) in try scanner.globalDefinition() }
    case 7:
      try each("exports", reserve: { $0.summary.exports.reserveCapacity($1) }) { (scanner) throws(ComponentError) in
        try scanner.exportDefinition()
      }
    case 8: summary.startFunction = try reader.u32("the start function's index")
    case 10:
      bodies = try reader.u32("the number of function bodies")
      return false
    default: return false
    }
    return true
  }

  /// - Parameter reserve: Makes room: a list that grows step by step is copied again and again, and thousands of exports
  ///   are usual in a library.
  private mutating func each(
    _ what: String, reserve: (inout CoreModuleScanner, Int) -> Void = { _, _ in },
    _ body: (inout CoreModuleScanner) throws(ComponentError) -> Void
  ) throws(ComponentError) {
    let count = try reader.count(of: what)
    reserve(&self, min(count, Self.reservation))
    for _ in 0..<count { try body(&self) }
  }

  /// What a count in the file may take of memory before its items have been read.
  private static let reservation = 20_000

  // MARK: Imports and exports

  private mutating func importDefinition() throws(ComponentError) {
    let module = try reader.name("an import's module")
    let name = try reader.name("an import's name")
    let type = try externType()
    switch type {
    case .function(let function): functions.append(function)
    case .table: tables.append(type)
    case .memory(let limits): memories.append(limits)
    case .global: globals.append(type)
    case .tag(let tag): tags.append(tag)
    }
    summary.imports.append(CoreModuleSummary.Import(module: module, name: name, type: type))
  }

  private mutating func externType() throws(ComponentError) -> CoreExternType {
    let offset = reader.position
    switch try reader.byte("an import's kind") {
    case 0x00: return .function(try functionTypeByIndex())
    case 0x01: return try tableType()
    case 0x02: return .memory(try memoryLimits())
    case 0x03: return try globalType()
    case 0x04: return .tag(try tagType())
    case let other: throw ComponentError(offset: offset, "\(hexadecimal(other)) is not a kind of imports")
    }
  }

  private mutating func exportDefinition() throws(ComponentError) {
    let name = try reader.name("an export's name")
    let offset = reader.position
    let kind = try reader.byte("an export's kind")
    let index = try reader.u32("an export's index")
    let type: CoreExternType? =
      switch kind {
      case 0x00: Self.element(index, of: functions).map { .function($0) }
      case 0x01: Self.element(index, of: tables)
      case 0x02: Self.element(index, of: memories).map { .memory($0) }
      case 0x03: Self.element(index, of: globals)
      case 0x04: Self.element(index, of: tags).map { .tag($0) }
      default: throw ComponentError(offset: offset, "\(hexadecimal(kind)) is not a kind of exports")
      }
    guard let type else {
      throw ComponentError(offset: offset, "export `\(name)` has index \(index), which does not exist")
    }
    summary.exports.append(CoreModuleSummary.Export(name: name, index: index, type: type))
  }

  private static func element<Element>(_ index: UInt32, of list: [Element]) -> Element? {
    index < list.count ? list[Int(index)] : nil
  }

  // MARK: Definitions

  private mutating func tableDefinition() throws(ComponentError) {
    guard try reader.peek("a table") == 0x40 else {
      try addTable()
      return
    }
    try reader.skip(1, "a table with an initializer")
    try reader.expect(0x00, "the byte after 0x40 of a table")
    try addTable()
    try constantExpression()
  }

  private mutating func addTable() throws(ComponentError) {
    let type = try tableType()
    tables.append(type)
    if case .table(_, let limits) = type { summary.tables.append(limits) }
  }

  private mutating func globalDefinition() throws(ComponentError) {
    globals.append(try globalType())
    try constantExpression()
  }

  private mutating func memoryLimits() throws(ComponentError) -> CoreLimits {
    try CoreLimits.read(from: &reader, isMemory: true)
  }

  private mutating func tableType() throws(ComponentError) -> CoreExternType {
    let element = try reader.coreValueType()
    return .table(element, try CoreLimits.read(from: &reader, isMemory: false))
  }

  private mutating func globalType() throws(ComponentError) -> CoreExternType {
    let type = try reader.coreValueType()
    return .global(type, isMutable: try reader.flag("a global's mutability"))
  }

  private mutating func tagType() throws(ComponentError) -> CoreFunctionType? {
    try reader.expect(0x00, "a tag's attribute")
    return try functionTypeByIndex()
  }

  private mutating func functionTypeByIndex() throws(ComponentError) -> CoreFunctionType? {
    let offset = reader.position
    let index = try reader.u32("a type index")
    guard index < summary.types.count else {
      throw ComponentError(offset: offset, "type index \(index) does not exist")
    }
    return summary.types[Int(index)]
  }

  /// Steps over the instructions that initializers may consist of.
  private mutating func constantExpression() throws(ComponentError) {
    while true {
      let offset = reader.position
      switch try reader.byte("an instruction of an initializer") {
      case 0x0b: return
      case 0x41, 0x42: try skipInteger()
      case 0x43: try reader.skip(4, "a constant")
      case 0x44: try reader.skip(8, "a constant")
      case 0x23, 0xd2: _ = try reader.u32("an index")
      case 0xd0: _ = try reader.s33("a heap type")
      case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e: break
      case 0xfd:
        guard try reader.u32("a vector instruction") == 12 else {
          throw ComponentError(offset: offset, "an initializer has an instruction that is not constant")
        }
        try reader.skip(16, "a constant")
      case 0xfb: try skipAggregateInstruction(at: offset)
      case let other:
        throw ComponentError(
          offset: offset, "an initializer has instruction \(hexadecimal(other)), which is not constant")
      }
    }
  }

  private mutating func skipAggregateInstruction(at offset: Int) throws(ComponentError) {
    switch try reader.u32("an aggregate instruction") {
    case 0, 1, 6, 7: _ = try reader.u32("a type index")
    case 8:
      _ = try reader.u32("a type index")
      _ = try reader.u32("an array's length")
    case 26, 27, 28: break
    default:
      throw ComponentError(offset: offset, "an initializer has an instruction that is not constant")
    }
  }

  private mutating func skipInteger() throws(ComponentError) {
    for _ in 0..<10 where try reader.byte("a constant") & 0x80 == 0 { return }
    throw reader.failure("a constant does not fit 64 bits (LEB128)")
  }

  // MARK: Types

  private mutating func recursiveTypes() throws(ComponentError) {
    guard try reader.peek("a type") == 0x4e else {
      summary.types.append(try reader.coreSubtype())
      return
    }
    try reader.skip(1, "a recursive group")
    try each("types of a group") { (scanner) throws(ComponentError) in
      scanner.summary.types.append(try scanner.reader.coreSubtype())
    }
  }
}
