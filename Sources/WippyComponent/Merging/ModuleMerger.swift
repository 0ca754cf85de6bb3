import WippyEngine

/// Writes the one module that the core modules of a plan become; see `ModuleMerge`.
///
/// Section by section, each with the parts of all modules in the order in which they are instantiated. The items of a
/// module keep their order, so that what was defined before something still is.
struct ModuleMerger {
  let merge: ModuleMerge
  let modules: [ModuleSections]
  /// For each step.
  private(set) var spaces: [IndexSpaces] = []
  /// Functions that are imported or defined.
  private(set) var functionCount: UInt32 = 0
  /// By the merged index; `nil` for those that can change.
  private(set) var globals: [ConstantValue?] = []
  private var typeCount: UInt32 = 0
  private var tableCount: UInt32 = 0
  private var tagCount: UInt32 = 0
  private var elementCount: UInt32 = 0
  private var dataCount: UInt32 = 0
  /// Whether code refers to a function, by the merged index.
  var referenced: [Bool] = []
  let output: ByteBuffer

  /// - Parameter file: The whole binary.
  static func module(_ merge: ModuleMerge, of file: UnsafeRawBufferPointer) throws(MergeRefusal) -> [UInt8] {
    try withModules(merge, of: file) { modules throws(MergeRefusal) in
      var merger = ModuleMerger(merge, modules)
      try merger.write()
      return Array(merger.output.bytes)
    }
  }

  /// Gives the sections of all steps' modules to `body`.
  static func withModules<Result>(
    _ merge: ModuleMerge, of file: UnsafeRawBufferPointer,
    _ body: ([ModuleSections]) throws(MergeRefusal) -> Result
  ) throws(MergeRefusal) -> Result {
    // Generated modules have no place in the file.
    let generated = ByteBuffer(capacity: 4096)
    var places: [Range<Int>?] = []
    for step in merge.steps {
      guard case .generated(let bytes) = step.module.source else {
        places.append(nil)
        continue
      }
      places.append(generated.count..<generated.count + bytes.count)
      generated.append(bytes)
    }
    var modules: [ModuleSections] = []
    do throws(ComponentError) {
      for (step, place) in zip(merge.steps, places) {
        if let place {
          modules.append(try ModuleSections(UnsafeRawBufferPointer(rebasing: generated.bytes[place])))
        } else if case .embedded(let range) = step.module.source, range.upperBound <= file.count {
          modules.append(try ModuleSections(UnsafeRawBufferPointer(rebasing: file[range])))
        }
      }
    } catch {
      throw MergeRefusal(error.message)
    }
    guard modules.count == merge.steps.count else { throw MergeRefusal("a module lies outside of the file") }
    defer { withExtendedLifetime(generated) {} }
    return try body(modules)
  }

  init(_ merge: ModuleMerge, _ modules: [ModuleSections]) {
    self.merge = merge
    self.modules = modules
    // Touched only as it is written.
    output = ByteBuffer(capacity: modules.reduce(4096) { $0 + $1.bytes.count + $1.bytes.count / 4 })
  }

  mutating func write() throws(MergeRefusal) {
    do {
      try assignIndices()
      output.append([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00])
      try writeTypes()
      writeImports()
      try writeFunctions()
      try writeTables()
      try writeMemories()
      try writeTags()
      try writeGlobals()
      try writeExports()
      let code = try rewrittenCode()
      try writeElements()
      if dataCount > 0 { section(.dataCount) { $0.append(unsigned: dataCount) } }
      output.append(code.bytes)
      try writeData()
      writeNames()
    } catch let error as MergeRefusal {
      throw error
    } catch {
      throw MergeRefusal("\(error)")
    }
  }

  // MARK: Indices

  /// Gives every item of every module its index in the merged one.
  mutating func assignIndices() throws {
    functionCount = UInt32(merge.hostFunctions.count)
    typeCount = UInt32(ownTypes.count)
    var memories = try memoryPlaces()
    for step in modules.indices {
      var space = IndexSpaces()
      let summary = merge.steps[step].module.summary
      for item in summary.imports { try addImport(item, of: step, &space) }
      let module = modules[step]
      space.typeBase = typeCount
      space.typeCount = UInt32(summary.types.count)
      typeCount += space.typeCount
      define(try module.count(.function), &space.functions, &functionCount)
      define(try module.count(.table), &space.tables, &tableCount)
      define(try module.count(.tag), &space.tags, &tagCount)
      define(try module.count(.memory), &space.memories, &memories[step])
      var globalCount = UInt32(globals.count)
      define(try module.count(.global), &space.globals, &globalCount)
      space.elementBase = elementCount
      space.elementCount = UInt32(try module.count(.element))
      elementCount += space.elementCount
      space.dataBase = dataCount
      let count = UInt32(try module.count(.data))
      if let announced = try module.announcedDataCount() {
        guard announced == count else { throw MergeRefusal("the number of data segments is another one") }
        // Without that number code may not refer to them.
        space.dataCount = count
      }
      dataCount += count
      try readGlobals(module, space)
      guard globals.count == globalCount else { throw MergeRefusal("a global is missing") }
      spaces.append(space)
    }
    try checkStarts()
    referenced = Array(repeating: false, count: Int(functionCount))
  }

  /// Where the memories of each step begin. Those of generated modules come last: code is shorter for the first memory.
  private func memoryPlaces() throws(ComponentError) -> [UInt32] {
    var places = Array(repeating: UInt32(0), count: modules.count)
    var next: UInt32 = 0
    for step in memoryOrder {
      places[step] = next
      next += UInt32(try modules[step].count(.memory))
    }
    return places
  }

  private var memoryOrder: [Int] {
    let generated = modules.indices.filter { merge.steps[$0].module.isGenerated }
    return modules.indices.filter { !merge.steps[$0].module.isGenerated } + generated
  }

  private func define(_ count: Int, _ space: inout [UInt32], _ next: inout UInt32) {
    space.reserveCapacity(space.count + count)
    for _ in 0..<count {
      space.append(next)
      next += 1
    }
  }

  private func addImport(
    _ item: CoreModuleSummary.Import, of step: Int, _ space: inout IndexSpaces
  ) throws(MergeRefusal) {
    switch merge.source(of: item, in: step) {
    case .host(let place):
      guard case .function = item.type else { throw MergeRefusal("the host has functions only") }
      space.functions.append(UInt32(place))
    case .export(let source, let name):
      guard source < step, let export = merge.steps[source].module.export(name) else {
        throw MergeRefusal("an import is not there")
      }
      guard export.type.isKnown, item.type.isKnown, export.type.satisfies(item.type) else {
        throw MergeRefusal("an import has another type than what it is given")
      }
      let index = try spaces[source].index(of: export.index, export.type.sort)
      switch item.type {
      case .function: space.functions.append(index)
      case .table: space.tables.append(index)
      case .memory: space.memories.append(index)
      case .global: space.globals.append(index)
      case .tag: space.tags.append(index)
      }
    case nil: throw MergeRefusal("an import is not there")
    }
  }

  /// Finds the values of a module's globals.
  private mutating func readGlobals(_ module: ModuleSections, _ space: IndexSpaces) throws {
    try module.each(.global) { reader in
      _ = try reader.valueType(space)
      let isMutable = try reader.flag("a global's mutability")
      let value = try ConstantReader(spaces: space, globals: globals).read(&reader)
      globals.append(isMutable ? nil : value)
    }
  }

  /// Start functions are called when everything is there, so nothing may be initialized after one of them.
  private func checkStarts() throws {
    guard let first = merge.starts.first else { return }
    for module in modules[(first + 1)...] {
      guard try module.count(.element) == 0, try module.count(.data) == 0 else {
        throw MergeRefusal("a module has segments after another's start function")
      }
    }
  }

  // MARK: Sections

  func section(_ id: ModuleSections.ID, _ body: (ByteBuffer) throws -> Void) rethrows {
    output.append(UInt8(id.rawValue))
    let start = output.beginSize()
    try body(output)
    output.endSize(start)
  }

  /// A section with the items of all modules, each copied by `item`, and others before and after them.
  private func section(
    _ id: ModuleSections.ID, order: [Int]? = nil, before: Int = 0, after: Int = 0,
    first: (ByteBuffer) -> Void = { _ in },
    item: (inout BinaryReader, IndexSpaces) throws -> Void, last: (ByteBuffer) -> Void = { _ in }
  ) throws {
    var count = before + after
    for module in modules { count += try module.count(id) }
    guard count > 0 else { return }
    try section(id) { output in
      output.append(unsigned: UInt32(count))
      first(output)
      for step in order ?? Array(modules.indices) {
        let space = spaces[step]
        try modules[step].each(id) { try item(&$0, space) }
      }
      last(output)
    }
  }

  private func writeTypes() throws {
    try section(.type, before: ownTypes.count) { output in
      for type in ownTypes {
        output.append(0x60)
        for list in [type.parameters, type.results] {
          output.append(unsigned: UInt32(list.count))
          output.append(list.map(\.rawValue))
        }
      }
    } item: { reader, space in
      try copyType(&reader, space)
    }
  }

  /// The types that stand before those of the modules: of the imports, and of the function that calls start functions.
  private var ownTypes: [CoreFunctionType] {
    merge.starts.isEmpty ? merge.hostTypes : merge.hostTypes + [CoreFunctionType(parameters: [], results: [])]
  }

  private func copyType(_ reader: inout BinaryReader, _ space: IndexSpaces) throws {
    // Groups and subtypes are of garbage collection, which guests do not have.
    guard try reader.byte("a type") == 0x60 else { throw MergeRefusal("a type is no function type") }
    output.append(0x60)
    for _ in 0..<2 {
      let count = try reader.count(of: "types")
      output.append(unsigned: UInt32(count))
      for _ in 0..<count { output.append(try reader.valueType(space)) }
    }
  }

  private func writeImports() {
    guard !merge.hostTypes.isEmpty else { return }
    section(.import) { output in
      output.append(unsigned: UInt32(merge.hostTypes.count))
      for place in merge.hostTypes.indices {
        output.append(ModuleMerge.hostModule)
        output.append("\(place)")
        output.append(0x00)
        output.append(unsigned: UInt32(place))
      }
    }
  }

  private func writeFunctions() throws {
    try section(.function, after: merge.starts.isEmpty ? 0 : 1) { reader, space in
      output.append(unsigned: try typeIndex(&reader, space))
    } last: { output in
      if !merge.starts.isEmpty { output.append(unsigned: UInt32(merge.hostTypes.count)) }
    }
  }

  private func typeIndex(_ reader: inout BinaryReader, _ space: IndexSpaces) throws -> UInt32 {
    let type = try reader.u32("a type")
    guard type < space.typeCount else { throw MergeRefusal("there is no type \(type)") }
    return space.typeBase + type
  }

  private func writeTables() throws {
    try section(.table) { reader, space in
      let isInitialized = try reader.peek("a table") == 0x40
      if isInitialized {
        try reader.skip(1, "a table")
        try reader.expect(0x00, "a table")
        output.append([0x40, 0x00])
      }
      output.append(try reader.valueType(space))
      try copyLimits(&reader, isMemory: false)
      if isInitialized {
        try ConstantReader(spaces: space, globals: globals).read(&reader).write(to: output)
      }
    }
  }

  private func writeMemories() throws {
    try section(.memory, order: memoryOrder) { reader, _ in try copyLimits(&reader, isMemory: true) }
  }

  private func copyLimits(_ reader: inout BinaryReader, isMemory: Bool) throws {
    let begin = reader.position
    _ = try CoreLimits.read(from: &reader, isMemory: isMemory)
    output.append(UnsafeRawBufferPointer(rebasing: reader.bytes[begin..<reader.position]))
  }

  private func writeTags() throws {
    try section(.tag) { reader, space in
      try reader.expect(0x00, "a tag")
      output.append(0x00)
      output.append(unsigned: try typeIndex(&reader, space))
    }
  }

  private func writeGlobals() throws {
    try section(.global) { reader, space in
      output.append(try reader.valueType(space))
      output.append(try reader.flag("a global's mutability") ? 1 : 0)
      try ConstantReader(spaces: space, globals: globals).read(&reader).write(to: output)
    }
  }

  private func writeExports() throws {
    guard !merge.exports.isEmpty || !merge.starts.isEmpty else { return }
    try section(.export) { output in
      output.append(unsigned: UInt32(merge.exports.count + (merge.starts.isEmpty ? 0 : 1)))
      for (place, export) in merge.exports.enumerated() {
        let item = merge.steps[export.step].module.summary.exports[export.index]
        output.append(ModuleMerge.exportName(place))
        output.append(item.type.sort.rawValue)
        output.append(unsigned: try spaces[export.step].index(of: item.index, item.type.sort))
      }
      guard !merge.starts.isEmpty else { return }
      output.append(ModuleMerge.start)
      output.append(0x00)
      output.append(unsigned: functionCount)
    }
  }
}

extension CoreExternType {
  /// Whether everything that has to match is known.
  fileprivate var isKnown: Bool {
    switch self {
    case .function(let type), .tag(let type): type != nil
    case .table(let element, _): element != nil
    case .global(let type, let isMutable): type != nil && isMutable != nil
    case .memory: true
    }
  }
}
