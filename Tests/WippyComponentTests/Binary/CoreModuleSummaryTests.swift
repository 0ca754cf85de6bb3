import Testing
import WippyEngine

@testable import WippyComponent

@Suite struct CoreModuleSummaryTests {
  /// The core modules of the fixture `nested`, in order.
  private func modules() throws -> [CoreModuleSummary] {
    let bytes = try ComponentFixture.nested.bytes()
    let syntax = try ComponentDecoder.decode(bytes)
    return try bytes.withUnsafeBytes { buffer in
      var modules: [CoreModuleSummary] = []
      for case .coreModule(let range) in syntax.definitions.map(\.kind) {
        modules.append(try CoreModuleSummary.scan(buffer, range: range))
      }
      return modules
    }
  }

  @Test func importsAndExportsHaveTheirTypes() throws {
    let modules = try modules()
    #expect(modules.count == 3)
    let memory = modules[0]
    #expect(memory.imports.isEmpty)
    #expect(memory.memories == [CoreLimits(minimum: 1)])
    #expect(memory.exports.map(\.name) == ["memory", "realloc", "cleanup"])
    #expect(memory.exports[0].type == .memory(CoreLimits(minimum: 1)))
    #expect(
      memory.exports[1].type
        == .function(CoreFunctionType(parameters: [.i32, .i32, .i32, .i32], results: [.i32])))

    let main = modules[2]
    #expect(main.imports.map(\.module) == ["store", "store", "thing", "env"])
    #expect(main.imports.map(\.name) == ["get", "drop", "new", "memory"])
    #expect(main.imports[3].type == .memory(CoreLimits(minimum: 1)))
    #expect(main.memories.isEmpty)
    #expect(main.exports.map(\.index) == [4, 5])
  }

  @Test func startSectionIsSeen() throws {
    #expect(try modules().map(\.hasStart) == [false, false, true])
    #expect(try modules()[2].startFunction == 3)
  }

  @Test func everyKindOfDefinitionIsRead() throws {
    let bytes = BinaryWriter.module(
      BinaryWriter.section(0, BinaryWriter.name("producers")),
      // (func (param i32)), (rec (struct (field (mut i8)))), (func (param (ref null extern)))
      BinaryWriter.section(1, [3, 0x60, 1, 0x7f, 0, 0x4e, 1, 0x5f, 1, 0x78, 1, 0x60, 1, 0x63, 0x6f, 0]),
      BinaryWriter.section(3, [2, 0, 2]),
      BinaryWriter.section(4, [2, 0x70, 1, 1, 9, 0x40, 0, 0x6f, 0, 2, 0xd0, 0x6f, 0x0b]),
      BinaryWriter.section(5, [2, 0x04, 1, 0x03, 1, 2]),
      BinaryWriter.section(13, [1, 0, 0]),
      BinaryWriter.section(6, [2, 0x7e, 1, 0x42, 0x80, 0x01, 0x0b, 0x7c, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b]),
      BinaryWriter.section(
        7,
        BinaryWriter.vector([
          BinaryWriter.name("f") + [0, 0], BinaryWriter.name("g") + [0, 1], BinaryWriter.name("t") + [1, 1],
          BinaryWriter.name("m") + [2, 1], BinaryWriter.name("x") + [3, 1], BinaryWriter.name("e") + [4, 0],
        ])),
      BinaryWriter.section(8, [0]), BinaryWriter.section(10, [2, 0xff, 0xff]),
      BinaryWriter.section(0, BinaryWriter.name("name")))
    let summary = try CoreModuleSummary.scan(bytes)
    let function = CoreFunctionType(parameters: [.i32], results: [])
    #expect(summary.types == [function, nil, nil])
    #expect(
      summary.exports.map(\.type) == [
        .function(function), .function(nil), .table(.externref, CoreLimits(minimum: 2)),
        .memory(CoreLimits(minimum: 1, maximum: 2, isShared: true)), .global(.f64, isMutable: false),
        .tag(function),
      ])
    #expect(summary.memories.first?.is64 == true)
    #expect(summary.customSections == ["producers", "name"])
    #expect(summary.startFunction == 0)
  }

  @Test func aModuleWithoutItsBodiesIsCutOff() {
    let bytes = BinaryWriter.module(
      BinaryWriter.section(1, [1, 0x60, 0, 0]), BinaryWriter.section(3, [2, 0, 0]),
      BinaryWriter.section(10, [1, 2, 0, 0x0b]))
    #expect(throws: ComponentError.self) { try CoreModuleSummary.scan(bytes) }
    let none = BinaryWriter.module(BinaryWriter.section(1, [1, 0x60, 0, 0]), BinaryWriter.section(3, [1, 0]))
    #expect(throws: ComponentError.self) { try CoreModuleSummary.scan(none) }
  }

  @Test(arguments: [
    (BinaryWriter.header, 0, "this is a component, not a core module"),
    (BinaryWriter.module([1, 9, 0]), 9, "announced with 9 bytes"),
    (BinaryWriter.module([14, 0]), 8, "id 14 is unknown"),
    (BinaryWriter.module([3, 1, 0], [3, 1, 0]), 11, "twice or in the wrong place"),
    (BinaryWriter.module([3, 1, 0], [1, 1, 0]), 11, "twice or in the wrong place"),
    (BinaryWriter.module([3, 2, 1, 0]), 11, "type index 0 does not exist"),
    (BinaryWriter.module([7, 5, 1, 1, 0x61, 0, 4]), 13, "which does not exist"),
    (BinaryWriter.module([5, 4, 1, 1, 2, 1]), 11, "below the minimum"),
    (BinaryWriter.module([6, 6, 1, 0x7f, 0, 0x20, 0, 0x0b]), 13, "not constant"),
  ]) func malformedModulesAreRefusedWithTheirPlace(_ bytes: [UInt8], _ offset: Int, _ message: String) {
    do throws(ComponentError) {
      _ = try CoreModuleSummary.scan(bytes)
      Issue.record("accepted, should say: \(message)")
    } catch {
      #expect(error.message.contains(message), "\(error)")
      #expect(error.offset == offset, "\(error)")
    }
  }
}
