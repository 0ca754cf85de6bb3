extension ModuleMerger {
  /// The code section.
  mutating func rewrittenCode() throws -> ByteBuffer {
    var size = 4096
    for module in modules { size += module.reader(.code).remaining }
    let code = ByteBuffer(capacity: size + size / 4)
    code.append(UInt8(ModuleSections.ID.code.rawValue))
    let start = code.beginSize()
    let imported = merge.hostFunctions.count
    code.append(unsigned: functionCount - UInt32(imported) + (merge.starts.isEmpty ? 0 : 1))
    for (module, space) in zip(modules, spaces) { try rewrite(module, space, to: code) }
    if !merge.starts.isEmpty { try writeStart(to: code) }
    code.endSize(start)
    return code
  }

  private mutating func rewrite(_ module: ModuleSections, _ space: IndexSpaces, to output: ByteBuffer) throws {
    guard try module.count(.code) == module.count(.function) else { throw MergeRefusal("functions lack their code") }
    try referenced.withUnsafeMutableBufferPointer { referenced in
      guard let flags = referenced.baseAddress else { return }
      try space.withSpaces(referenced: flags) { spaces in
        try module.each(.code) { reader in
          let function = try reader.function()
          let start = output.beginSize()
          let place = output.reserve(function.count * InstructionRewriter.growth)
          output.advance(to: try InstructionRewriter.rewrite(function, to: place, spaces))
          output.endSize(start)
        }
      }
    }
  }

  /// The function that calls the start functions of the modules, in order.
  private func writeStart(to output: ByteBuffer) throws {
    let start = output.beginSize()
    output.append(0x00)
    for step in merge.starts {
      guard let function = merge.steps[step].module.summary.startFunction, function < spaces[step].functions.count
      else { throw MergeRefusal("a start function does not exist") }
      output.append(0x10)
      output.append(unsigned: spaces[step].functions[Int(function)])
    }
    output.append(0x0b)
    output.endSize(start)
  }

  // MARK: Names

  /// The names of the functions, for backtraces.
  func writeNames() {
    let names = ByteBuffer(capacity: 4096)
    var count: UInt32 = 0
    for (step, module) in modules.enumerated() {
      let imported = merge.steps[step].module.summary.imports.count { $0.type.sort == .function }
      // What is wrong with names says nobody: they are left out.
      _ = try? module.eachFunctionName { index, name in
        guard index >= imported, index < spaces[step].functions.count else { return }
        names.append(unsigned: spaces[step].functions[Int(index)])
        names.append(unsigned: UInt32(name.count))
        names.append(name)
        count += 1
      }
    }
    guard count > 0 else { return }
    section(.custom) { output in
      output.append("name")
      output.append(ModuleSections.functionNames)
      let start = output.beginSize()
      output.append(unsigned: count)
      output.append(names.bytes)
      output.endSize(start)
    }
  }
}

extension IndexSpaces {
  /// Gives the spaces to `body` in the form that the code is rewritten with.
  func withSpaces<Result>(
    referenced: UnsafeMutablePointer<Bool>, _ body: (InstructionRewriter.Spaces) throws -> Result
  ) rethrows -> Result {
    try functions.withUnsafeBufferPointer { functions in
      try tables.withUnsafeBufferPointer { tables in
        try memories.withUnsafeBufferPointer { memories in
          try globals.withUnsafeBufferPointer { globals in
            try tags.withUnsafeBufferPointer { tags in
              try body(
                InstructionRewriter.Spaces(
                  functions: functions, tables: tables, memories: memories, globals: globals, tags: tags,
                  types: .init(base: typeBase, count: typeCount),
                  elements: .init(base: elementBase, count: elementCount),
                  data: .init(base: dataBase, count: dataCount), referenced: referenced))
            }
          }
        }
      }
    }
  }
}

extension BinaryReader {
  /// The function that stands here in a code section, without its size.
  mutating func function() throws(ComponentError) -> UnsafeBufferPointer<UInt8> {
    let size = Int(try u32("the size of a function"))
    let begin = position
    try skip(size, "a function")
    return UnsafeRawBufferPointer(rebasing: bytes[begin..<position]).assumingMemoryBound(to: UInt8.self)
  }
}

extension ModuleSections {
  static let moduleName: UInt8 = 0
  static let functionNames: UInt8 = 1

  /// The names of functions in the order in which they stand, as bytes.
  func eachFunctionName(_ body: (UInt32, UnsafeRawBufferPointer) -> Void) throws(ComponentError) {
    guard var reader = subsection(ModuleSections.functionNames) else { return }
    var last: UInt32?
    for _ in 0..<(try reader.count(of: "names")) {
      let index = try reader.u32("a function")
      let size = Int(try reader.u32("the size of a name"))
      let begin = reader.position
      try reader.skip(size, "a name")
      guard last.map({ $0 < index }) ?? true else { return }
      last = index
      body(index, UnsafeRawBufferPointer(rebasing: reader.bytes[begin..<begin + size]))
    }
  }

  /// A part of the name section.
  func subsection(_ wanted: UInt8) -> BinaryReader? {
    guard let names else { return nil }
    do throws(ComponentError) {
      var reader = BinaryReader(bytes, range: names)
      while !reader.isAtEnd {
        let id = try reader.byte("a subsection")
        let outer = try reader.openSection("a subsection")
        if id == wanted { return reader }
        reader.skipSection(outer: outer)
      }
      return nil
    } catch {
      return nil
    }
  }
}
