import Testing
import WippyCore

@testable import WippyComponent

@Suite struct ArgumentConformanceTests {
  private let user = ValueType.record([RecordField("name", .string), RecordField("tags", .list(.string))])

  private func message(_ arguments: [Value], _ function: FunctionType, named name: String? = nil) -> String? {
    do {
      _ = try ValueConformance.conform(arguments: arguments, to: function, named: name)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func errorsNameArgumentAndPath() {
    func entry(_ tag: Value) -> Value {
      .table([Value.Field("name", .string("a")), Value.Field("tags", .array([tag]))])
    }
    let function = FunctionType(parameters: [.init("users", .list(user))])
    let users = Value.array([entry(.string("x")), entry(.string("y")), entry(.bool(true))])
    #expect(message([users], function) == "argument 1 (users): [2].tags[0]: expected string, got boolean")
    #expect(message([.integer(1)], function)?.hasPrefix("argument 1 (users): expected list<record") == true)
  }

  @Test func wrongCountsNameTheSignature() {
    let function = FunctionType(parameters: [.init("a", .u32), .init("b", .u32)], result: .u32)
    #expect(
      message([.integer(1)], function, named: "add")
        == "expected 2 arguments, got 1: add: func(a: u32, b: u32) -> u32")
    #expect(
      message([.integer(1), .integer(1), .integer(1)], function)
        == "expected 2 arguments, got 3: func(a: u32, b: u32) -> u32")
  }

  @Test func trailingOptionsMayBeLeftOut() throws {
    let function = FunctionType(parameters: [.init("a", .u32), .init("b", .option(.u32))])
    #expect(try ValueConformance.conform(arguments: [.integer(1)], to: function) == [.integer(1), .null])
    #expect(message([], function)?.hasPrefix("expected 1 to 2 arguments, got 0") == true)
  }

  @Test func aStartingPathComesFirst() {
    #expect(throws: ValueError.self) {
      try ValueConformance.conform(.null, to: .u8, at: ValuePath([.name("value")]))
    }
    do {
      _ = try ValueConformance.conform(
        .array([.null]), to: .list(.u16), at: ValuePath([.name("value"), .index(0)]))
    } catch {
      #expect("\(error)" == "value[0][0]: expected u16, got null")
    }
  }

  @Test func outcomesSplitResults() {
    let function = FunctionType(parameters: [], result: .result(ok: .u32, error: .string))
    #expect(MethodOutcome(.table([Value.Field("ok", .integer(1))]), of: function) == .success(.integer(1)))
    #expect(
      MethodOutcome(.table([Value.Field("err", .string("no"))]), of: function) == .failure(.string("no")))
    #expect(function.successType == .u32)
    #expect(function.failureType == .string)
    let plain = FunctionType(parameters: [], result: .result(ok: nil, error: nil))
    #expect(MethodOutcome(.table([Value.Field("ok", .null)]), of: plain) == .success(nil))
    #expect(MethodOutcome(.table([Value.Field("err", .null)]), of: plain) == .failure(nil))
    #expect(
      MethodOutcome(.integer(1), of: FunctionType(parameters: [], result: .u8)) == .success(.integer(1)))
    #expect(MethodOutcome(nil, of: FunctionType(parameters: [])) == .success(nil))
  }
}
