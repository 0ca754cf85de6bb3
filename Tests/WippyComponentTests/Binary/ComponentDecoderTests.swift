import Testing

@testable import WippyComponent

@Suite struct ComponentDecoderTests {
  private func failure(_ bytes: [UInt8]) -> ComponentError? {
    do throws(ComponentError) {
      _ = try ComponentDecoder.decode(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test func emptyComponentHasNoDefinitions() throws {
    #expect(try ComponentDecoder.decode(BinaryWriter.header).definitions.isEmpty)
  }

  @Test func definitionsStandInBinaryOrderWithTheirOffsets() throws {
    let syntax = try ComponentDecoder.decode(try ComponentFixture.nested.bytes())
    let offsets = syntax.definitions.map(\.offset)
    #expect(offsets == offsets.sorted())
    #expect(Set(offsets).count == offsets.count)
    guard case .coreType(.function(let function?)) = syntax.definitions[0].kind else {
      Issue.record("the first definition should be a core function type")
      return
    }
    #expect(function.parameters == [.i32, .i32])
    #expect(function.results == [.i64, .f32, .f64])
    guard case .coreType(.module(let declarations)) = syntax.definitions[1].kind else {
      Issue.record("the second definition should be a module type")
      return
    }
    #expect(declarations.count == 7)
    guard case .import(let module, let name, .table(0x70, 1, 10?)) = declarations[2] else {
      Issue.record("the module type should import a table: \(declarations[2])")
      return
    }
    #expect(module == "env" && name == "table")
  }

  @Test func importsKeepNameAndKind() throws {
    let syntax = try ComponentDecoder.decode(try ComponentFixture.nested.bytes())
    var imports: [String] = []
    for definition in syntax.definitions {
      if case .import(let name, let type) = definition.kind { imports.append("\(name): \(type)") }
    }
    #expect(imports.count == 4)
    #expect(imports[0].hasPrefix("kinds: type("))
    #expect(imports[1].hasPrefix("pair: function("))
    #expect(imports[2].hasPrefix("test:host/store@1.2.0: instance("))
    #expect(imports[3].hasPrefix("library: coreModule("))
  }

  @Test func canonicalOptionsAreRead() throws {
    let syntax = try ComponentDecoder.decode(try ComponentFixture.nested.bytes())
    var lowered: [CanonicalOptionsSyntax] = []
    var lifted: [CanonicalOptionsSyntax] = []
    for definition in syntax.definitions {
      if case .canonical(.lower(_, let options)) = definition.kind { lowered.append(options) }
      if case .canonical(.lift(_, let options, _)) = definition.kind { lifted.append(options) }
    }
    #expect(lowered.count == 1 && lifted.count == 2)
    #expect(lowered.first?.encoding == .utf16)
    #expect(lowered.first?.memory == 0 && lowered.first?.realloc == 0)
    #expect(lifted.first?.encoding == .utf8)
    #expect(lifted.first?.postReturn == 1)
    #expect(lifted.last?.memory == nil)
  }

  @Test func nestedComponentsAreRead() throws {
    let syntax = try ComponentDecoder.decode(try ComponentFixture.nested.bytes())
    let nested = syntax.definitions.compactMap { definition -> ComponentSyntax? in
      if case .component(let component) = definition.kind { component } else { nil }
    }
    let inner = try #require(nested.first)
    #expect(nested.count == 1)
    guard case .alias(.outer(.core(.module), 1, 1)) = inner.definitions.first?.kind else {
      Issue.record("the nested component should start with an outer alias: \(inner.definitions)")
      return
    }
  }

  @Test func aCoreModuleIsARangeOfTheFile() throws {
    let bytes = try ComponentFixture.nested.bytes()
    for case .coreModule(let range) in try ComponentDecoder.decode(bytes).definitions.map(\.kind) {
      #expect(Array(bytes[range].prefix(8)) == BinaryWriter.moduleHeader)
    }
  }

  @Test func attributesOfNamesAreAcceptedAndDropped() throws {
    let attributes = BinaryWriter.vector([
      [0x00] + BinaryWriter.name("wasi:keyvalue/store"), [0x02] + BinaryWriter.name("anything"),
    ])
    let entry = [0x02] + BinaryWriter.name("primary") + attributes + [0x05, 0x00]
    let syntax = try ComponentDecoder.decode(
      BinaryWriter.component(BinaryWriter.types([0x42, 0x00]), BinaryWriter.imports(entry)))
    guard case .import("primary", .instance(0)) = syntax.definitions.last?.kind else {
      Issue.record("unexpected: \(syntax.definitions)")
      return
    }
  }

  struct Malformed: CustomTestStringConvertible, Sendable {
    var bytes: [UInt8]
    var offset: Int
    var message: String
    var testDescription: String { message }
  }

  private static let malformed: [Malformed] = [
    Malformed(bytes: [], offset: 0, message: "the file is empty"),
    Malformed(bytes: BinaryWriter.moduleHeader, offset: 0, message: "this is a core module, not a component"),
    Malformed(bytes: BinaryWriter.component([13, 0]), offset: 8, message: "id 13 is unknown"),
    Malformed(bytes: BinaryWriter.component([7]), offset: 9, message: "ends where the size of the type section"),
    Malformed(bytes: BinaryWriter.component([7, 5, 0]), offset: 9, message: "announced with 5 bytes, and only 1"),
    Malformed(bytes: BinaryWriter.component([7, 2, 0, 0]), offset: 11, message: "1 bytes more than its content"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(7, [0xff, 0xff, 0xff, 0xff, 0x0f])), offset: 10,
      message: "4294967295 definitions in the type section are announced"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(7, [0x80, 0x80, 0x80, 0x80, 0x10])), offset: 10,
      message: "does not fit 32 bits"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(7, [0x80, 0x80, 0x80, 0x80, 0x80, 0x00])), offset: 10,
      message: "does not fit 32 bits"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.types([0x70, 0xff, 0xff, 0xff, 0xff, 0x1f])), offset: 12,
      message: "does not fit 33 bits"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.types([0x70, 0xff, 0xff, 0xff, 0xff, 0x7f])), offset: 12,
      message: "a type index is negative"),
    Malformed(bytes: BinaryWriter.component(BinaryWriter.types([0x30])), offset: 11, message: "0x30 is not a type"),
    Malformed(bytes: BinaryWriter.component(BinaryWriter.types([0x72, 0])), offset: 11, message: "a record must have"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.types([0x6e, 33] + [UInt8](repeating: 0, count: 33))), offset: 11,
      message: "at most 32 are allowed"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.types([0x6d, 1, 2, 0xc3, 0x28])), offset: 14,
      message: "not valid UTF-8"),
    Malformed(bytes: BinaryWriter.component(BinaryWriter.types([0x66, 0])), offset: 11, message: "`stream` is part"),
    Malformed(bytes: BinaryWriter.component(BinaryWriter.types([0x65, 0])), offset: 11, message: "`future` is part"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.types([0x70, 0x64])), offset: 12,
      message: "`error-context` is part"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.types([0x43, 0, 1, 0])), offset: 11, message: "(WASI 0.3)"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(8, [1, 0x09, 1, 0, 0])), offset: 11,
      message: "`task.return` is part of the asynchronous component model (WASI 0.3), which is not supported"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(8, [1, 1, 0, 0, 2, 3, 0, 3, 0])), offset: 17,
      message: "`memory` is given twice"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(8, [1, 1, 0, 0, 2, 0, 1])), offset: 16,
      message: "`string-encoding` is given twice"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(12, [0])), offset: 8,
      message: "component values are not supported"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.imports(BinaryWriter.externName("v") + [2, 1, 0x79])),
      offset: 14, message: "component values are not supported"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(3, [1, 0x4e, 0])), offset: 11,
      message: "recursive groups of core types"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(1, BinaryWriter.header)), offset: 10,
      message: "does not hold a core module: this is a component"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(4, BinaryWriter.moduleHeader)), offset: 10,
      message: "this is a core module, not a component"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.imports([0x02] + BinaryWriter.name("a") + [1, 0, 1, 0x78, 1, 0])),
      offset: 11, message: "is no instance"),
    Malformed(
      bytes: BinaryWriter.component(BinaryWriter.section(6, [1, 1, 2, 0, 0])), offset: 11,
      message: "an outer alias can name"),
  ]

  @Test(arguments: malformed) func malformedInputIsRefusedWithItsPlace(_ input: Malformed) throws {
    let error = try #require(failure(input.bytes))
    #expect(error.message.contains(input.message))
    #expect(error.offset == input.offset, "\(error)")
    #expect(error.description.hasPrefix("at byte 0x\(String(input.offset, radix: 16)): "))
  }

  @Test func everyTruncationIsRefusedOrEndsAtASection() throws {
    let bytes = try ComponentFixture.nested.bytes()
    var accepted = 0
    for length in 0..<bytes.count where failure(Array(bytes[..<length])) == nil { accepted += 1 }
    let whole = try ComponentDecoder.decode(bytes).definitions.count
    #expect(accepted > 0 && accepted <= whole)
  }

  @Test func nestingIsLimited() throws {
    func nested(_ levels: Int) -> [UInt8] {
      (0..<levels).reduce(BinaryWriter.header) { inner, _ in
        BinaryWriter.component(BinaryWriter.section(4, inner))
      }
    }
    #expect(failure(nested(ComponentDecoder.nestingLimit)) == nil)
    let error = try #require(failure(nested(ComponentDecoder.nestingLimit + 1)))
    #expect(error.message.contains("nested more than 100 levels"))

    let deepType = (0..<50_000).reduce(into: [UInt8]()) { bytes, _ in bytes += [0x42, 0x01, 0x01] }
    #expect(failure(BinaryWriter.component(BinaryWriter.types(deepType)))?.message.contains("nested") == true)
  }

  @Test func namesAreLimited() throws {
    let long = String(repeating: "a", count: 100_001)
    let bytes = BinaryWriter.component(BinaryWriter.types([0x6d, 1] + BinaryWriter.name(long)))
    #expect(failure(bytes)?.message.contains("at most 100000") == true)
  }

  @Test func customSectionsAreSkipped() throws {
    let custom = BinaryWriter.section(0, BinaryWriter.name("producers") + [1, 2, 3])
    #expect(failure(BinaryWriter.component(custom)) == nil)
    #expect(failure(BinaryWriter.component(BinaryWriter.section(0, [9, 1])))?.offset == 10)
  }
}
