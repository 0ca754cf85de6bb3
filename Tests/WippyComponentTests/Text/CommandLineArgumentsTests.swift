import Testing
import WippyCore

@testable import WippyComponent

@Suite struct CommandLineArgumentsTests {
  private func parse(_ arguments: [String], _ types: ValueType...) throws(ValueError) -> [Value] {
    try CommandLineArguments.parse(arguments, for: function(types))
  }

  private func message(_ arguments: [String], _ types: ValueType...) -> String? {
    do {
      _ = try CommandLineArguments.parse(arguments, for: function(types), named: "run-it")
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func function(_ types: [ValueType]) -> FunctionType {
    FunctionType(parameters: types.enumerated().map { .init("p\($0.offset)", $0.element) })
  }

  @Test func stringsAreTakenAsTheyAre() throws {
    #expect(
      try parse(["\"a\"", "", "--x"], .string, .string, .string) == [
        .string("\"a\""), .string(""), .string("--x"),
      ])
  }

  @Test func plainValues() throws {
    #expect(
      try parse(["6", "-7", "true", "x", "'\\n'"], .u32, .s8, .bool, .char, .char)
        == [.integer(6), .integer(-7), .bool(true), .string("x"), .string("\n")])
    #expect(
      try parse(["1.5", "-inf", "2", "1e3"], .f64, .f32, .f64, .f64) == [
        .float(1.5), .float(-.infinity), .float(2), .float(1000),
      ])
    #expect(
      try parse(["none", "%ok"], .enumeration(["none"]), .enumeration(["ok"])) == [
        .string("none"), .string("ok"),
      ])
    #expect(message(["six"], .u32) == "argument 1 (p0): expected u32, got \"six\"")
    #expect(message(["1.5"], .u32) == "argument 1 (p0): expected u32, got \"1.5\"")
    #expect(message(["1", "300"], .u32, .u8) == "argument 2 (p1): 300 is out of range for u8 (0 to 255)")
    #expect(message(["yes"], .bool) == "argument 1 (p0): expected true or false, got \"yes\"")
    #expect(message(["ab"], .char) == "argument 1 (p0): expected one character, got \"ab\"")
    #expect(message([""], .char) == "argument 1 (p0): expected one character, got \"\"")
    #expect(message(["0x10"], .f64)?.contains("a number, nan, inf or -inf") == true)
    #expect(
      message(["nrth"], .enumeration(["north"]))
        == "argument 1 (p0): unknown case \"nrth\"; did you mean \"north\"?")
    #expect(message(["\u{1b}[31m"], .u8) == "argument 1 (p0): expected u8, got \"\u{FFFD}[31m\"")
  }

  @Test func everythingElseIsWAVEOrJSON() throws {
    let point = ValueType.record([RecordField("x", .s32), RecordField("y", .s32)])
    let value = Value.table([Value.Field("x", .integer(1)), Value.Field("y", .integer(2))])
    #expect(try parse(["{x: 1, y: 2}", "{\"x\": 1, \"y\": 2}"], point, point) == [value, value])
    #expect(
      try parse(["[1, 2]", "\"hi\""], .list(.u8), .list(.u8)) == [.bytes([1, 2]), .bytes([104, 105])])
    #expect(try parse(["some(\"a\")", "null"], .option(.string), .option(.string)) == [.string("a"), .null])
    #expect(
      message(["{x: 1}"], point)
        == """
        argument 1 (p0): expected record {x: s32, y: s32}, as WAVE or JSON; as WAVE: column 1: missing field "y"; \
        as JSON: 1:2: expected a key in double quotes, got "x"
        """)
  }

  @Test func aLastListOfStringsTakesTheRest() throws {
    #expect(
      try parse(["1", "a", "[b]"], .u8, .list(.string)) == [
        .integer(1), .array([.string("a"), .string("[b]")]),
      ])
    #expect(try parse(["1"], .u8, .list(.string)) == [.integer(1), .array([])])
    #expect(try parse([], .list(.string)) == [.array([])])
    #expect(
      message([], .u8, .list(.string))
        == "expected at least 1 argument, got 0: run-it: func(p0: u8, p1: list<string>)")
  }

  @Test func countsAreChecked() throws {
    #expect(message(["1"], .u8, .u8) == "expected 2 arguments, got 1: run-it: func(p0: u8, p1: u8)")
    #expect(message(["1", "2"], .u8) == "expected 1 argument, got 2: run-it: func(p0: u8)")
    #expect(try parse(["1"], .u8, .option(.u8)) == [.integer(1), .null])
    #expect(try parse(["any", "thing"]) == [])
  }

  @Test func handlesCannotBeGiven() {
    #expect(message(["1"], .own(ResourceType(name: "pollable")))?.contains("cannot be written") == true)
  }
}
