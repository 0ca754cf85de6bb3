import Testing
import WippyCore

@testable import WippyComponent

@Suite struct WAVEPrinterTests {
  private func text(_ value: Value, _ type: ValueType) throws(ValueError) -> String {
    try WAVEPrinter.text(for: value, type: type)
  }

  @Test func primitives() throws {
    #expect(try text(.bool(false), .bool) == "false")
    #expect(try text(.unsigned(.max), .u64) == "18446744073709551615")
    #expect(try text(.float(42), .f64) == "42")
    #expect(try text(.float(0.1), .f32) == "0.1")
    #expect(try text(.float(-.infinity), .f32) == "-inf")
    #expect(try text(.float(.nan), .f64) == "nan")
    #expect(try text(.float(1e300), .f64) == "1e+300")
    #expect(try text(.string("'"), .char) == "'\\''")
    #expect(try text(.string("\""), .char) == "'\"'")
    #expect(try text(.string("a'\"\\\n\u{1b}\u{202e}ä"), .string) == "\"a'\\\"\\\\\\n\\u{1b}\\u{202e}ä\"")
  }

  @Test func compounds() throws {
    let record = ValueType.record([RecordField("x", .option(.u8)), RecordField("ys", .list(.u8))])
    #expect(try text(.table([Value.Field("ys", .bytes([1, 2]))]), record) == "{ys: [1, 2]}")
    #expect(try text(.table([]), .record([RecordField("x", .option(.u8))])) == "{:}")
    #expect(try text(.array([.integer(1), .null]), .tuple([.u8, .option(.u8)])) == "(1, none)")
    #expect(try text(.integer(1), .option(.u8)) == "some(1)")
    #expect(try text(.array([.string("a")]), .list(.option(.string))) == "[some(\"a\")]")
    #expect(try text(.table([]), .option(.option(.u8))) == "some(none)")
    #expect(try text(.table([Value.Field("some", .integer(1))]), .option(.option(.u8))) == "some(some(1))")
    #expect(
      try text(.table([Value.Field("err", .string("no"))]), .result(ok: .u8, error: .string)) == "err(\"no\")"
    )
    #expect(try text(.string("ok"), .result(ok: nil, error: nil)) == "ok")
    #expect(try text(.string("none"), .enumeration(["none"])) == "%none")
    let variant = ValueType.variant([VariantCase("ok", .u8), VariantCase("a")])
    #expect(try text(.table([Value.Field("ok", .integer(1))]), variant) == "%ok(1)")
    #expect(try text(.array([.string("b"), .string("a")]), .flags(["a", "b"])) == "{a, b}")
  }

  @Test func valuesOfAnotherTypeAreErrors() {
    #expect(throws: ValueError.self) { try text(.string("x"), .u8) }
    let handle = Value.resource(ResourceReference(process: .sample, handle: 1, type: "pollable"))
    #expect(throws: ValueError.self) { try text(handle, .own(ResourceType(name: "pollable"))) }
  }
}
