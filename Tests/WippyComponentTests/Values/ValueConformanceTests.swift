import Testing
import WippyCore

@testable import WippyComponent

@Suite struct ValueConformanceTests {
  private func conform(_ value: Value, _ type: ValueType) throws(ValueError) -> Value {
    try ValueConformance.conform(value, to: type)
  }

  private func message(_ value: Value, _ type: ValueType) -> String? {
    do {
      _ = try ValueConformance.conform(value, to: type)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private let point = ValueType.record([
    RecordField("first-name", .string), RecordField("age", .option(.u8)),
    RecordField("tags", .list(.string)),
  ])

  // MARK: - Primitives

  @Test func boolsAreBoolsOnly() throws {
    #expect(try conform(.bool(true), .bool) == .bool(true))
    #expect(message(.integer(1), .bool) == "expected bool, got integer")
    #expect(message(.string("true"), .bool) == "expected bool, got string")
  }

  @Test(arguments: [
    (ValueType.s8, Int64(Int8.min), UInt64(Int8.max)), (.u8, 0, UInt64(UInt8.max)),
    (.s16, Int64(Int16.min), UInt64(Int16.max)), (.u16, 0, UInt64(UInt16.max)),
    (.s32, Int64(Int32.min), UInt64(Int32.max)), (.u32, 0, UInt64(UInt32.max)),
    (.s64, Int64.min, UInt64(Int64.max)), (.u64, 0, UInt64.max),
  ])
  func integersAreCheckedAndNeverWrapped(type: ValueType, lower: Int64, upper: UInt64) throws {
    #expect(try conform(.integer(lower), type) == .integer(lower))
    #expect(try conform(.unsigned(upper), type) == Value(unsigned: upper))
    if lower > .min {
      #expect(message(.integer(lower - 1), type)?.contains("out of range for") == true)
    }
    if upper < .max {
      #expect(message(.unsigned(upper + 1), type)?.contains("(\(lower) to \(upper))") == true)
    }
    #expect(message(.float(1e30), type)?.contains("out of range") == true)
  }

  @Test func floatsWithoutFractionAreIntegers() throws {
    #expect(try conform(.float(3), .u8) == .integer(3))
    #expect(try conform(.float(-0.0), .u8) == .integer(0))
    #expect(try conform(.float(0x1p63), .u64) == .unsigned(1 << 63))
    #expect(message(.float(1.5), .u8) == "expected u8, got 1.5")
    #expect(message(.float(.nan), .u8) == "expected u8, got nan")
    #expect(message(.float(-.infinity), .s64) == "expected s64, got -inf")
    #expect(message(.integer(300), .u8) == "300 is out of range for u8 (0 to 255)")
    #expect(message(.float(0x1p64), .u64)?.contains("out of range for u64") == true)
  }

  @Test func aLargeU64ComesBackAsItsDecimalString() throws {
    #expect(try conform(.string("18446744073709551615"), .u64) == .unsigned(.max))
    #expect(message(.string("12"), .u64) == "expected u64, got string")
    #expect(message(.string("18446744073709551616"), .u64) == "expected u64, got string")
    #expect(message(.string("9"), .u32) == "expected u32, got string")
  }

  @Test func floatsTakeNumbersAndThreeNames() throws {
    #expect(try conform(.integer(2), .f64) == .float(2))
    #expect(try conform(.unsigned(.max), .f64) == .float(0x1p64))
    #expect(try conform(.float(0.1), .f32) == .float(Double(Float(0.1))))
    #expect(try conform(.string("-Infinity"), .f32) == .float(-.infinity))
    guard case .float(let number) = try conform(.string("NaN"), .f64) else {
      Issue.record("NaN is no float")
      return
    }
    #expect(number.isNaN)
    #expect(message(.float(1e300), .f32)?.contains("out of range for f32") == true)
    #expect(message(.string("1.5"), .f64)?.contains("expected f64") == true)
  }

  @Test func charsAreOneScalar() throws {
    #expect(try conform(.string("🌊"), .char) == .string("🌊"))
    #expect(message(.string("ab"), .char) == "expected char, got a string of 2 characters")
    #expect(message(.string("e\u{301}"), .char) == "expected char, got a string of 2 characters")
    #expect(message(.string(""), .char) == "expected char, got a string of 0 characters")
    #expect(message(.integer(65), .char) == "expected char, got integer")
  }

  @Test func stringsAreUTF8() throws {
    #expect(try conform(.bytes(Array("ä".utf8)), .string) == .string("ä"))
    #expect(message(.bytes([0xff]), .string) == "expected string, got bytes that are not UTF-8")
    #expect(message(.null, .string) == "expected string, got null")
  }

  // MARK: - Lists, tuples, records

  @Test func bytesHaveFourForms() throws {
    let bytes = Value.bytes([104, 105])
    #expect(try conform(.string("hi"), .list(.u8)) == bytes)
    #expect(try conform(.array([.integer(104), .float(105)]), .list(.u8)) == bytes)
    #expect(try conform(.table([Value.Field("base64", .string("aGk="))]), .list(.u8)) == bytes)
    #expect(try conform(bytes, .list(.u8)) == bytes)
    #expect(try conform(.table([]), .list(.u8)) == .bytes([]))
    #expect(
      message(.array([.integer(1), .integer(256)]), .list(.u8))
        == "[1]: 256 is out of range for u8 (0 to 255)")
    #expect(message(.table([Value.Field("base64", .string("a"))]), .list(.u8))?.contains("base64") == true)
    #expect(
      message(.table([Value.Field("base64", .integer(1))]), .list(.u8))
        == "base64: expected string, got integer")
  }

  @Test func anEmptyTableIsAnEmptyList() throws {
    #expect(try conform(.table([]), .list(.string)) == .array([]))
    #expect(try conform(.table([]), .tuple([])) == .array([]))
    #expect(
      try conform(.array([]), .record([RecordField("a", .option(.u8))])) == .table([Value.Field("a", .null)]))
    #expect(message(.table([Value.Field("a", .null)]), .list(.string)) == "expected list<string>, got table")
  }

  @Test func tuplesHaveTheirLength() throws {
    let type = ValueType.tuple([.u8, .string])
    #expect(try conform(.array([.integer(1), .string("a")]), type) == .array([.integer(1), .string("a")]))
    #expect(message(.array([.integer(1)]), type) == "expected 2 values, got 1")
    #expect(message(.array([.integer(1), .integer(2)]), type) == "[1]: expected string, got integer")
  }

  @Test func recordsGetDeclaredOrderAndNames() throws {
    let given = Value.table([
      Value.Field("tags", .array([])), Value.Field("first_name", .string("Ada")),
    ])
    #expect(
      try conform(given, point)
        == .table([
          Value.Field("first-name", .string("Ada")), Value.Field("age", .null),
          Value.Field("tags", .array([])),
        ]))
  }

  @Test func recordErrorsNameTheField() {
    let name = Value.Field("first-name", .string("Ada"))
    #expect(message(.table([name]), point) == "missing field \"tags\"")
    #expect(
      message(.table([name, Value.Field("tag", .null)]), point)
        == "unknown field \"tag\"; did you mean \"tags\"?")
    #expect(
      message(.table([Value.Field("zzz", .null)]), point)
        == "unknown field \"zzz\"; the fields are first-name, age, tags")
    #expect(
      message(.table([name, Value.Field("first_name", .null)]), point)
        == "field \"first-name\" is given twice")
    #expect(message(.string("x"), point) == "expected record, got string")
  }

  // MARK: - Options, results, variants

  @Test func optionsAreTheirPayloadOrNull() throws {
    #expect(try conform(.null, .option(.u8)) == .null)
    #expect(try conform(.integer(1), .option(.u8)) == .integer(1))
    #expect(try conform(.array([.null, .integer(1)]), .list(.option(.u8))) == .array([.null, .integer(1)]))
    #expect(message(.string("a"), .option(.u8)) == "expected u8, got string")
  }

  @Test func nestedOptionsTellNoneFromSomeOfNone() throws {
    let type = ValueType.option(.option(.u8))
    func some(_ value: Value) -> Value { .table([Value.Field("some", value)]) }
    #expect(try conform(.null, type) == .null)
    #expect(try conform(.array([]), type) == .table([]))
    #expect(try conform(some(.null), type) == .table([]))
    #expect(try conform(some(.integer(1)), type) == some(.integer(1)))
    #expect(try conform(some(some(.null)), .option(type)) == some(.table([])))
    #expect(try conform(some(some(.integer(1))), .option(type)) == some(some(.integer(1))))
    #expect(message(some(.string("a")), type) == "some: expected u8, got string")
    #expect(message(.integer(1), type) == "expected option<option<u8>>, got integer")
    #expect(message(.table([Value.Field("none", .null)]), type)?.contains("key \"none\"") == true)
  }

  @Test func resultsNameTheirSide() throws {
    let type = ValueType.result(ok: .u32, error: nil)
    #expect(
      try conform(.table([Value.Field("ok", .float(1))]), type) == .table([Value.Field("ok", .integer(1))]))
    #expect(try conform(.string("err"), type) == .table([Value.Field("err", .null)]))
    #expect(try conform(.table([Value.Field("err", .null)]), type) == .table([Value.Field("err", .null)]))
    #expect(message(.string("ok"), type) == "case \"ok\" needs a payload")
    #expect(message(.table([Value.Field("err", .integer(1))]), type)?.contains("has no payload") == true)
    #expect(message(.table([Value.Field("ok", .string(""))]), type) == "ok: expected u32, got string")
    #expect(
      message(.table([Value.Field("error", .null)]), type) == "unknown case \"error\"; the cases are ok, err")
    #expect(message(.table([]), type) == "expected result<u32>, got table")
  }

  @Test func variantsAreOneKeyOrAName() throws {
    let type = ValueType.variant([
      VariantCase("empty"), VariantCase("text", .string), VariantCase("maybe", .option(.u8)),
    ])
    #expect(try conform(.string("empty"), type) == .string("empty"))
    #expect(try conform(.table([Value.Field("empty", .null)]), type) == .string("empty"))
    #expect(
      try conform(.table([Value.Field("text", .string("a"))]), type)
        == .table([Value.Field("text", .string("a"))]))
    #expect(try conform(.string("maybe"), type) == .table([Value.Field("maybe", .null)]))
    #expect(message(.string("text"), type) == "case \"text\" needs a payload")
    #expect(message(.string("emty"), type) == "unknown case \"emty\"; did you mean \"empty\"?")
    #expect(message(.table([Value.Field("text", .bool(true))]), type) == "text: expected string, got boolean")
    #expect(
      message(.table([Value.Field("text", .null), Value.Field("empty", .null)]), type)?
        .contains("got one of 2 keys") == true)
  }

  @Test func enumsAndFlagsAreNames() throws {
    let names = ["read", "write", "execute"]
    #expect(try conform(.string("write"), .enumeration(names)) == .string("write"))
    #expect(
      message(.string("wirte"), .enumeration(names)) == "unknown case \"wirte\"; did you mean \"write\"?")
    let given = Value.array([.string("execute"), .string("read"), .string("execute")])
    #expect(try conform(given, .flags(names)) == .array([.string("read"), .string("execute")]))
    #expect(try conform(.table([]), .flags(names)) == .array([]))
    #expect(message(.array([.string("x")]), .flags(names))?.hasPrefix("[0]: unknown case \"x\"") == true)
    #expect(message(.string("read"), .flags(names))?.hasPrefix("expected flags {") == true)
  }

  @Test func handlesHaveTheirResource() throws {
    let process = ProcessID.sample
    let handle = Value.resource(ResourceReference(process: process, handle: 1, type: "pollable"))
    let pollable = ResourceType(name: "pollable")
    #expect(try conform(handle, .own(pollable)) == handle)
    #expect(
      message(handle, .borrow(ResourceType(name: "socket")))
        == "expected borrow<socket>, got resource pollable")
    #expect(message(.integer(1), .own(pollable)) == "expected pollable, got integer")
    #expect(message(handle, .u32) == "expected u32, got resource")
  }
}
