import Testing

@testable import WippyComponent

private typealias Writer = BinaryWriter

@Suite struct ComponentValidatorTests {
  private func failure(_ bytes: [UInt8]) throws -> ComponentError? {
    let syntax = try ComponentDecoder.decode(bytes)
    do throws(ComponentError) {
      try ComponentValidator.validate(syntax, in: bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: ComponentFixture.allCases) func fixturesAreValid(_ fixture: ComponentFixture) throws {
    #expect(try failure(try fixture.bytes()) == nil)
  }

  struct Invalid: CustomTestStringConvertible, Sendable {
    var message: String
    var bytes: [UInt8]
    var testDescription: String { message }

    init(_ message: String, _ sections: [UInt8]...) {
      self.message = message
      bytes = BinaryWriter.header + sections.joined()
    }
  }

  private static func aliases(_ aliases: [UInt8]...) -> [UInt8] { Writer.section(6, Writer.vector(aliases)) }
  private static func instances(_ instances: [UInt8]...) -> [UInt8] { Writer.section(5, Writer.vector(instances)) }
  private static func canonicals(_ functions: [UInt8]...) -> [UInt8] {
    Writer.section(8, Writer.vector(functions))
  }
  private static func exports(_ exports: [UInt8]...) -> [UInt8] { Writer.section(11, Writer.vector(exports)) }
  private static func importFunction(_ name: String, type: UInt8 = 0) -> [UInt8] {
    Writer.externName(name) + [0x01, type]
  }
  private static func coreInstances(_ instances: [UInt8]...) -> [UInt8] {
    Writer.section(2, Writer.vector(instances))
  }

  /// Exports a memory, a function `f` [] -> [] and a function `g` [] -> [i32].
  private static let module = Writer.section(
    1,
    Writer.module(
      Writer.section(1, [2, 0x60, 0, 0, 0x60, 0, 1, 0x7f]), Writer.section(3, [2, 0, 1]),
      Writer.section(5, [1, 0, 1]),
      Writer.section(
        7, Writer.vector([Writer.name("m") + [2, 0], Writer.name("f") + [0, 0], Writer.name("g") + [0, 1]])),
      Writer.section(10, [2, 2, 0, 0x0b, 4, 0, 0x41, 0, 0x0b])))
  private static let coreInstance = module + coreInstances([0, 0, 0])
  private static func coreAlias(_ sort: UInt8, _ name: String) -> [UInt8] { [0, sort, 1, 0] + Writer.name(name) }
  /// A component with one import `f`, a function of no parameters and no result.
  private static let needsFunction = Writer.section(
    4, Writer.component(Writer.types(Writer.emptyFunctionType), Writer.imports(importFunction("f"))))

  private static let invalid: [Invalid] = [
    Invalid("type 0 does not exist", Writer.types([0x70, 0])),
    Invalid("should be a value type, it is a function type", Writer.types(Writer.emptyFunctionType, [0x70, 0])),
    Invalid("should be a resource type, it is a value type", Writer.types([0x7f], [0x69, 0])),
    Invalid("should be a function type, it is a value type", Writer.types([0x7f]), Writer.imports(importFunction("f"))),
    Invalid("core module 0 does not exist", coreInstances([0, 0, 0])),
    Invalid("core instance 3 does not exist", aliases([0, 0, 1, 3] + Writer.name("f"))),
    Invalid("does not export `missing`", coreInstance, aliases(coreAlias(0, "missing"))),
    Invalid("is a memory, not what the alias says", coreInstance, aliases(coreAlias(0, "m"))),
    Invalid("instance 0 does not export `a`", instances([1, 0]), aliases([1, 0, 0] + Writer.name("a"))),
    Invalid("goes 1 levels outwards", aliases([3, 2, 1, 0])),
    Invalid("type 0 does not exist", aliases([3, 2, 0, 0])),
    Invalid("`a_b` is not a valid name", Writer.types([0x6d, 1] + Writer.name("a_b"))),
    Invalid("`A` clashes", Writer.types([0x6d, 2] + Writer.name("a") + Writer.name("A"))),
    Invalid(
      "`F` clashes with an earlier name", Writer.types(Writer.emptyFunctionType),
      Writer.imports(importFunction("f"), importFunction("F"))),
    Invalid(
      "`a:b` is not a valid name", Writer.types(Writer.emptyFunctionType), Writer.imports(importFunction("a:b"))),
    Invalid(
      "belongs to resource `r`, which does not precede it", Writer.types(Writer.emptyFunctionType),
      Writer.imports(importFunction("[static]r.f"))),
    Invalid(
      "must be `self: borrow<r>`", Writer.types(Writer.emptyFunctionType),
      Writer.imports(Writer.externName("r") + [3, 1], importFunction("[method]r.f"))),
    Invalid(
      "must return `own<r>`", Writer.types(Writer.emptyFunctionType),
      Writer.imports(Writer.externName("r") + [3, 1], importFunction("[constructor]r"))),
    Invalid(
      "cannot contain a borrowed handle", Writer.types([0x3f, 0x7f, 0], [0x68, 0], [0x40, 0, 0, 1])),
    Invalid(
      "that the component defines itself", Writer.imports(Writer.externName("r") + [3, 1]), canonicals([2, 0])),
    Invalid("cannot define a resource type", Writer.types([0x42, 1, 1, 0x3f, 0x7f, 0])),
    Invalid(
      "`canon lower` of this function needs option `memory`",
      Writer.types([0x40, 1] + Writer.name("s") + [0x73, 1, 0]),
      Writer.imports(importFunction("f")), canonicals([1, 0, 0, 0])),
    Invalid(
      "`canon lower` of this function needs option `realloc`", coreInstance, aliases(coreAlias(2, "m")),
      Writer.types([0x40, 0, 0, 0x73]), Writer.imports(importFunction("f")), canonicals([1, 0, 0, 1, 3, 0])),
    Invalid(
      "option `realloc` must have the core type", coreInstance, aliases(coreAlias(2, "m"), coreAlias(0, "f")),
      Writer.types(Writer.emptyFunctionType), Writer.imports(importFunction("f")),
      canonicals([1, 0, 0, 2, 3, 0, 4, 0])),
    Invalid(
      "core memory 0 does not exist", Writer.types(Writer.emptyFunctionType), Writer.imports(importFunction("f")),
      canonicals([1, 0, 0, 1, 3, 0])),
    Invalid(
      "`post-return` function of this function must have the core type", coreInstance,
      aliases(
        coreAlias(0, "f"), coreAlias(0, "g")),
      Writer.types(Writer.emptyFunctionType), canonicals([0, 0, 0, 1, 5, 1, 0])),
    Invalid(
      "cannot have a `post-return`", coreInstance, aliases(coreAlias(0, "f")),
      Writer.types(Writer.emptyFunctionType), Writer.imports(importFunction("f")), canonicals([1, 0, 0, 1, 5, 0])),
    Invalid("there is no argument of that name", needsFunction, instances([0, 0, 0])),
    Invalid(
      "`f` should be a function, found an instance", needsFunction,
      instances([1, 0], [0, 0, 1] + Writer.name("f") + [5, 0])),
    Invalid(
      "`f` is a function of another type than expected", needsFunction, Writer.types([0x40, 0, 0, 0x79]),
      Writer.imports(importFunction("f")), instances([0, 0, 1] + Writer.name("f") + [1, 0])),
    Invalid(
      "mentions a type that has no name outside", Writer.types([0x6d, 1] + Writer.name("a"), [0x40, 0, 0, 0]),
      Writer.imports(importFunction("f", type: 1))),
    Invalid("component start functions are not supported", Writer.section(9, [0, 0, 0])),
    Invalid(
      "twice", module,
      coreInstances([1, 0], [0, 0, 2] + Writer.name("a") + [0x12, 0] + Writer.name("a") + [0x12, 0])),
  ]

  @Test(arguments: invalid) func invalidComponentsAreRefused(_ input: Invalid) throws {
    let error = try #require(try failure(input.bytes))
    #expect(error.message.contains(input.message), "\(error)")
    let offset = try #require(error.offset)
    #expect(offset >= 8 && offset < input.bytes.count)
  }

  @Test func missingCoreArgumentsAreNamed() throws {
    let module = Writer.section(
      1,
      Writer.module(
        Writer.section(1, [1, 0x60, 0, 0]),
        Writer.section(2, Writer.vector([Writer.name("env") + Writer.name("call") + [0, 0]]))))
    func instantiate(_ instances: [UInt8]...) throws -> ComponentError? {
      try failure(Writer.header + Self.coreInstance + module + Writer.section(2, Writer.vector(instances)))
    }
    #expect(try instantiate([0, 1, 0])?.message.contains("there is no argument `env`") == true)
    let withFirst = [0, 1, 1] + Writer.name("env") + [0x12]
    #expect(try instantiate(withFirst + [0])?.message.contains("does not export") == true)
    // An inline instance that offers a memory, the wrong and the right function under the name.
    func offering(_ sort: UInt8, _ name: String) throws -> ComponentError? {
      let bag = [1, 1] + Writer.name("call") + [sort, 0]
      return try failure(
        Writer.header + Self.coreInstance + module + Self.aliases(Self.coreAlias(sort, name))
          + Writer.section(2, Writer.vector([bag, withFirst + [1]])))
    }
    #expect(try offering(2, "m")?.message.contains("should be a func, found a memory") == true)
    #expect(try offering(0, "g")?.message.contains("of another type") == true)
    #expect(try offering(0, "f") == nil)
  }

  @Test func structuralTypesMustNotExplode() throws {
    // Every type is a pair of the one before: its size doubles.
    var types: [[UInt8]] = [[0x6f, 2, 0x79, 0x79]]
    for index in 0..<40 { types.append([0x6f, 2] + Writer.typeIndex(index) + Writer.typeIndex(index)) }
    let error = try #require(try failure(Writer.component(Writer.section(7, Writer.vector(types)))))
    #expect(error.message.contains("more than 1000000 nodes"))
  }

  @Test func valueTypesMustNotBeNestedTooDeeply() throws {
    func options(_ levels: Int) -> [UInt8] {
      Writer.component(Writer.section(7, Writer.vector([[0x7f]] + (0..<levels).map { [0x6b] + Writer.typeIndex($0) })))
    }
    #expect(try failure(options(60)) == nil)
    #expect(try failure(options(200))?.message.contains("more than 100 levels deep") == true)
  }

  @Test func namesOfNamesAreLimited() throws {
    // Each import names the type that the one before named; an instance type that uses the last one would be followed
    // all the way down.
    func names(_ count: Int) -> [UInt8] {
      let imports = (0..<count).map { Writer.externName("t\($0)") + [3, 0] + Writer.u32($0) }
      return Writer.component(Writer.types([0x6d, 1] + Writer.name("a")), Writer.section(10, Writer.vector(imports)))
    }
    #expect(try failure(names(500)) == nil)
    #expect(try failure(names(20_000))?.message.contains("more than 600 times") == true)
  }

  @Test func manyInstancesOfALargeTypeAreRefusedInsteadOfWorkedOn() throws {
    // An instance type with a resource and many functions that use it, imported many times.
    let resource = [0x04] + Writer.externName("r") + [3, 1]
    let use: [[UInt8]] = [[1, 0x68, 0], [1, 0x40, 1] + Writer.name("x") + [1, 1, 0]]
    let functions = (0..<4_000).map { [0x04] + Writer.externName("f\($0)") + [1, 2] }
    let type = [0x42] + Writer.vector([resource] + use + functions)
    let imports = (0..<20_000).map { Writer.externName("i\($0)") + [5, 0] }
    let bytes = Writer.component(Writer.types(type), Writer.section(10, Writer.vector(imports)))
    #expect(try failure(bytes)?.message.contains("too complex") == true)
  }

  @Test func resourcesOfTwoInstancesAreDifferentTypes() throws {
    // (type (instance (export "r" (type (sub resource))))), imported twice as `a` and `b`; a component that
    // takes a resource type and a function on it is given the type of one and the function of one.
    let instanceType: [UInt8] = [0x42, 1, 0x04] + Writer.externName("r") + [3, 1]
    let user = Writer.section(
      4,
      Writer.component(
        Writer.imports(Writer.externName("r") + [3, 1]), Writer.types([0x69, 0], [0x40, 0, 0, 1]),
        Writer.imports(Self.importFunction("f", type: 2))))
    func give(typeOf first: UInt8, functionOn second: UInt8) throws -> ComponentError? {
      let arguments = Writer.vector([Writer.name("r") + [3, 1 + first], Writer.name("f") + [1, 0]])
      return try failure(
        Writer.component(
          Writer.types(instanceType),
          Writer.imports(Writer.externName("a") + [5, 0], Writer.externName("b") + [5, 0]),
          Self.aliases([3, 0, 0] + Writer.name("r"), [3, 0, 1] + Writer.name("r")),
          Writer.types([0x69, 1 + second], [0x40, 0, 0, 3]),
          Writer.imports(Self.importFunction("f", type: 4)), user,
          Self.instances([0, 0] + arguments)))
    }
    #expect(try give(typeOf: 0, functionOn: 0) == nil)
    #expect(try give(typeOf: 1, functionOn: 1) == nil)
    #expect(try give(typeOf: 0, functionOn: 1)?.message.contains("another type") == true)
  }
}
