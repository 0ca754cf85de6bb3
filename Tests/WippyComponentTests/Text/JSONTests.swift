import Testing
import WippyCore

@testable import WippyComponent

@Suite struct JSONTests {
  private func message(_ text: String) -> String? {
    do {
      _ = try JSONParser.parse(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("null", Value.null), (" true ", .bool(true)), ("false", .bool(false)),
    ("0", .integer(0)), ("-12", .integer(-12)), ("9223372036854775807", .integer(.max)),
    ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .unsigned(1 << 63)),
    ("18446744073709551615", .unsigned(.max)), ("18446744073709551616", .float(0x1p64)),
    ("1.5", .float(1.5)), ("1e3", .float(1000)), ("-0", .float(-0.0)), ("2E-2", .float(0.02)),
    ("\"\"", .string("")), ("\"a\\n\\\"\\\\\\/\\u00e4\"", .string("a\n\"\\/ä")),
    ("\"\\ud83c\\udf0a\"", .string("🌊")), ("\"🌊\"", .string("🌊")),
    ("[]", .array([])), ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])),
    ("{}", .table([])),
    ("{\"b\": 1, \"a\": {}}", .table([Value.Field("b", .integer(1)), Value.Field("a", .table([]))])),
  ])
  func reads(text: String, value: Value) throws {
    #expect(try JSONParser.parse(text) == value)
  }

  @Test(arguments: [
    ("", "1:1: expected a value, got the end of the text"),
    ("[1,\n  tru]", "2:3: expected a value, got \"tru\""),
    ("[1, ]", "1:5: expected a value, got \"]\""),
    ("[1 2]", "1:4: expected \",\" or \"]\", got \"2\""),
    ("{a: 1}", "1:2: expected a key in double quotes, got \"a\""),
    ("{\"a\" 1}", "1:6: expected \":\" after a key, got \"1\""),
    ("{\"a\": 1,}", "1:9: expected a key in double quotes, got \"}\""),
    ("{\"a\": 1, \"a\": 2}", "1:10: the key \"a\" occurs twice"),
    ("01", "1:1: a number has no leading zeros"), ("1.", "1:3: expected a digit, got the end of the text"),
    ("-", "1:2: expected a digit, got the end of the text"), ("1e999", "1:1: the number is too large"),
    ("\"ä", "1:1: the string has no end"), ("\"\\x\"", "1:2: unknown escape"),
    ("\"\\ud800\"", "1:2: half of a surrogate pair"), ("\"\\ud800\\u0041\"", "1:2: half of a surrogate pair"),
    ("\"\\u12g4\"", "1:2: expected four hexadecimal digits after \\u"),
    ("\"a\nb\"", "1:3: a control character in a string must be escaped"),
    ("1 2", "1:3: expected the end of the text, got \"2\""),
    ("nullx", "1:1: expected a value, got \"nullx\""),
    ("ä🌊", "1:1: expected a value, got \"ä\""), ("NaN", "1:1: expected a value, got \"NaN\""),
  ])
  func refuses(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  @Test func depthIsBounded() throws {
    let deepest = JSONParser.maximumDepth
    _ = try JSONParser.parse(String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest))
    #expect(
      message(String(repeating: "[", count: 100_000))?.hasSuffix("nested deeper than 128 levels") == true)
    #expect(message(String(repeating: "{\"a\":", count: 100_000))?.contains("nested deeper") == true)
  }

  @Test func printsByType() throws {
    func text(_ value: Value, _ type: ValueType) throws -> String {
      try JSONPrinter.text(for: value, type: type)
    }
    #expect(try text(.string("hi"), .list(.u8)) == "{\"base64\":\"aGk=\"}")
    #expect(try text(.unsigned(.max), .u64) == "18446744073709551615")
    #expect(try text(.float(.nan), .f64) == "\"NaN\"")
    #expect(try text(.array([.float(-.infinity), .null]), .list(.option(.f64))) == "[\"-Infinity\",null]")
    #expect(try text(.float(0.1), .f32) == "0.1")
    #expect(try text(.float(0.1), .option(.f32)) == "0.1")
    #expect(try text(.float(2), .f64) == "2.0")
    let record = ValueType.record([RecordField("first-name", .string), RecordField("age", .option(.u8))])
    #expect(
      try text(.table([Value.Field("first_name", .string("a\"b"))]), record)
        == "{\"first-name\":\"a\\\"b\",\"age\":null}")
    #expect(try text(.null, .option(.option(.u8))) == "null")
    #expect(try text(.table([]), .option(.option(.u8))) == "{}")
    #expect(try text(.table([Value.Field("some", .integer(1))]), .option(.option(.u8))) == "{\"some\":1}")
    #expect(try text(.string("ok"), .result(ok: nil, error: .string)) == "{\"ok\":null}")
    #expect(try text(.string("a\u{1}\u{7f}\u{2028}"), .string) == "\"a\\u0001\\u007f\u{2028}\"")
  }

  @Test func printsWithoutType() throws {
    let value = Value.table([
      Value.Field("x", .bytes([1])), Value.Field("y", .array([.float(.infinity), .bool(true)])),
    ])
    #expect(try JSONPrinter.text(for: value) == "{\"x\":{\"base64\":\"AQ==\"},\"y\":[\"Infinity\",true]}")
    let handle = Value.resource(ResourceReference(process: .sample, handle: 1, type: "pollable"))
    do {
      _ = try JSONPrinter.text(for: .array([handle]))
      Issue.record("a handle was written")
    } catch {
      #expect("\(error)" == "[0]: a resource pollable cannot be written as JSON")
    }
  }
}
