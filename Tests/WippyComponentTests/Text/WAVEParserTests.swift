import Testing
import WippyCore

@testable import WippyComponent

@Suite struct WAVEParserTests {
  private func parse(_ text: String, _ type: ValueType) throws(WAVEError) -> Value {
    try WAVEParser.parse(text, as: type)
  }

  private func message(_ text: String, _ type: ValueType) -> String? {
    do {
      _ = try WAVEParser.parse(text, as: type)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static let keywords = ["true", "false", "some", "none", "ok", "err", "inf", "nan"]
  private let basic = ValueType.record([RecordField("required", .u8), RecordField("optional", .option(.u8))])
  private let allOptional = ValueType.record([RecordField("a", .option(.u8)), RecordField("b", .option(.u8))])

  @Test func numbersAndBools() throws {
    #expect(try parse(" true ", .bool) == .bool(true))
    #expect(try parse("-128", .s8) == .integer(-128))
    #expect(try parse("18446744073709551615", .u64) == .unsigned(.max))
    #expect(message("256", .u8) == "column 1: 256 is out of range for u8 (0 to 255)")
    #expect(message("-1", .u8) == "column 1: -1 is out of range for u8 (0 to 255)")
    #expect(message("99999999999999999999", .u64)?.contains("out of range for u64") == true)
    #expect(message("1.0", .u8) == "column 1: expected u8, got 1.0")
    #expect(message("01", .u8) == "column 1: a number has no leading zeros")
    #expect(message("1x", .u8) == "column 1: a number ends with a letter")
    #expect(message("yes", .bool) == "column 1: expected bool, got yes")
    #expect(message("%true", .bool) == "column 1: expected bool, got %true")
  }

  @Test func floats() throws {
    for (text, number) in [
      ("0", 0), ("0.0e0", 0), ("0e-1", 0), ("-3.1415", -3.1415), ("6.022e+23", 6.022e23), ("inf", .infinity),
      ("-inf", -.infinity), ("-0", -0.0),
    ] as [(String, Double)] {
      #expect(try parse(text, .f64).isIdentical(to: .float(number)), "\(text)")
    }
    #expect(try parse("nan", .f32).isIdentical(to: .float(.nan)))
    #expect(try parse("3.4028234664123e38", .f32) == .float(Double(Float.greatestFiniteMagnitude)))
    #expect(try parse("1.4012984643e-46", .f32) == .float(0))
    #expect(message("3.5e38", .f32)?.contains("out of range for f32") == true)
    for text in ["-nan", "NaN", "infinity", "-infinity", "Inf", "INF", "1.", ".5", "1e", "+1", "0x10"] {
      #expect(message(text, .f64) != nil, "\(text)")
    }
  }

  @Test func characters() throws {
    for (text, scalar) in [
      ("'🌊'", "🌊"), ("'\\\\'", "\\"), ("'\\''", "'"), ("'\"'", "\""), ("'\\\"'", "\""), ("'\\t'", "\t"),
      ("'\\u{0}'", "\0"), ("'\\u{002603}'", "☃"),
    ] {
      #expect(try parse(text, .char) == .string(scalar), "\(text)")
    }
    for text in [
      "''", "'ab'", "'☃☃'", "'\\n\\n'", "'\\z'", "'\\x1f'", "'\\u1f'", "'\\u{1f'", "'\\u1f}'", "'\\u{}'",
      "'\\u{x}'",
      "'\\u{12345678}'", "'\\u{110000}'", "'\\u{D800}'", "'\\u{+1}'", "'", "x'", "'x", "'\\'", "'''", "'\n'",
      "\"a\"",
    ] {
      #expect(message(text, .char) != nil, "\(text)")
    }
  }

  @Test func strings() throws {
    for (text, string) in [
      ("\"\"", ""), ("\"WAVE🌊\"", "WAVE🌊"), ("\"\\\\\\'\\\"\\t\\n\\r\"", "\\'\"\t\n\r"),
      ("\"'\\u{27}\"", "''"),
      ("\"\"\"\n\"\"\"", ""), ("\"\"\"\r\na\r\nb\r\n\"\"\"", "a\nb"),
      ("\"\"\"\n    Trailing\n  determines\n\n  \"\"\"", nil),
      ("\"\"\"\n    Trailing\n  determines\n  \n  \"\"\"", "  Trailing\ndetermines\n"),
      ("\"\"\"\ntriplet: \"\"\\\"\"\n\\u{2603}\n\"\"\"", "triplet: \"\"\"\"\n☃"),
    ] as [(String, String?)] {
      #expect((try? parse(text, .string)) == string.map(Value.string), "\(text)")
    }
    for text in [
      "\"\\u{d800}\"", "\"\\u{110000}\"", "\"\\u{-1}\"", "\"\"\"", "\"\\\"", "\"\n\"", "\"\"\"\"\"\"",
      "\"\"\" \"\"\"",
      "\"\"\"\"\n\"\"\"", "\"\"\"\n\"\"", "\"\"\"\n\"\"\"\"", "\"\"\"extra\n\"\"\"", "\"\"\"\nextra\"\"\"",
      "\"\"\"\n \\\"\"\"\n\"\"\"", "\"\"\"\n  \"\"\"\n  \"\"\"", "\"\"\"\nbad \\j\n\"\"\"", "'a'", "abc", "",
    ] {
      #expect(message(text, .string) != nil, "\(text)")
    }
    #expect(message("\"abc", .string) == "column 1: the string has no end")
    #expect(message("[\n \"\\q\"]", .list(.string))?.hasPrefix("line 2, column 3: unknown escape") == true)
  }

  @Test func listsAndTuples() throws {
    #expect(try parse("[]", .list(.string)) == .array([]))
    #expect(try parse("[\"a\", \"b\",]", .list(.string)) == .array([.string("a"), .string("b")]))
    #expect(try parse("[1, 2 // two\n]", .list(.u8)) == .bytes([1, 2]))
    #expect(try parse("(\"a\", 1,)", .tuple([.string, .u8])) == .array([.string("a"), .integer(1)]))
    #expect(try parse("()", .tuple([])) == .array([]))
    for text in ["[1,,]", "[,1]", "[,]", "[)", "(]", "[}", "[1", "[1 2]", "[1]]", "\"ab\""] {
      #expect(message(text, .list(.u8)) != nil, "\(text)")
      #expect(message(text, .list(.u16)) != nil, "\(text)")
    }
    #expect(message("(1)", .tuple([.u8, .u8])) == "column 3: expected a tuple of 2, got 1")
    #expect(message("(1, 2, 3)", .tuple([.u8, .u8])) == "column 8: expected a tuple of 2, got more")
    #expect(message("[1, x]", .list(.u16)) == "column 5: expected u16, got x")
  }

  @Test func records() throws {
    func value(_ required: Int64, _ optional: Value) -> Value {
      .table([Value.Field("required", .integer(required)), Value.Field("optional", optional)])
    }
    for (text, expected) in [
      ("{required: 1}", value(1, .null)), ("{ optional: none, required: 1, }", value(1, .null)),
      ("{%required: 1, optional: some(2)}", value(1, .integer(2))),
      ("{required: 1, optional: 2}", value(1, .integer(2))),
    ] {
      #expect(try parse(text, basic) == expected, "\(text)")
    }
    let none = Value.table([Value.Field("a", .null), Value.Field("b", .null)])
    #expect(try parse("{ : }", allOptional) == none)
    #expect(message("{}", allOptional) == "column 2: an empty record is written {:}")
    #expect(message("{optional: none}", basic) == "column 1: missing field \"required\"")
    #expect(message("{required: 0, required: 0}", basic)?.contains("occurs twice") == true)
    #expect(message("{requird: 0}", basic)?.hasSuffix("did you mean \"required\"?") == true)
    for text in [
      "{required: 0,,}", "{, required: 0}", "{required 0}", "{required: 0", "{: required: 0}", "{required}",
    ] {
      #expect(message(text, basic) != nil, "\(text)")
    }
    let keywords = ValueType.record(Self.keywords.map { RecordField($0, .u8) })
    let text = "{" + Self.keywords.map { "\($0): 1" }.joined(separator: ",") + "}"
    #expect(try parse(text, keywords) == .table(Self.keywords.map { Value.Field($0, .integer(1)) }))
  }

  @Test func options() throws {
    #expect(try parse("some(1)", .option(.u8)) == .integer(1))
    #expect(try parse("1", .option(.u8)) == .integer(1))
    #expect(try parse("none", .option(.option(.u8))) == .null)
    #expect(try parse("some(none)", .option(.option(.u8))) == .table([]))
    #expect(try parse("some(some(1))", .option(.option(.u8))) == .table([Value.Field("some", .integer(1))]))
    #expect(message("1", .option(.option(.u8))) == "column 1: expected some(...) or none, got 1")
    for text in [
      "some", "some()", "some(some)", "some(some(0))", "none()", "none(0)", "some(none)", "%none", "%some(1)",
    ] {
      #expect(message(text, .option(.u8)) != nil, "\(text)")
    }
  }

  @Test func results() throws {
    let okOnly = ValueType.result(ok: .u8, error: nil)
    #expect(try parse("ok(1)", okOnly) == .table([Value.Field("ok", .integer(1))]))
    #expect(try parse("1", okOnly) == .table([Value.Field("ok", .integer(1))]))
    #expect(try parse("err", okOnly) == .table([Value.Field("err", .null)]))
    #expect(try parse("ok", .result(ok: nil, error: .u8)) == .table([Value.Field("ok", .null)]))
    for text in ["ok", "ok()", "o(0)", "err(0)", "%ok(1)"] {
      #expect(message(text, okOnly) != nil, "\(text)")
    }
    for text in ["ok()", "ok(0)", "err()", "err(0)", "0"] {
      #expect(message(text, .result(ok: nil, error: nil)) != nil, "\(text)")
    }
    #expect(message("1", .result(ok: .option(.u8), error: nil)) == "column 1: expected ok or err, got 1")
  }

  @Test func variantsEnumsAndFlags() throws {
    let response = ValueType.variant([
      VariantCase("empty"), VariantCase("body", .list(.u8)), VariantCase("err", .string),
    ])
    #expect(try parse("empty", response) == .string("empty"))
    #expect(try parse("body([79, 75])", response) == .table([Value.Field("body", .bytes([79, 75]))]))
    #expect(try parse("%err(\"oops\")", response) == .table([Value.Field("err", .string("oops"))]))
    #expect(message("err(\"oops\")", response) == "column 1: \"err\" is a keyword: write %err")
    #expect(message("emty", response)?.hasSuffix("did you mean \"empty\"?") == true)
    #expect(message("empty()", response) != nil)
    #expect(message("body", response) != nil)
    for keyword in Self.keywords {
      #expect(try parse("%\(keyword)", .enumeration(Self.keywords)) == .string(keyword))
      #expect(message(keyword, .enumeration(Self.keywords)) != nil)
    }
    let flags = ValueType.flags(["read", "write"])
    #expect(try parse("{write, %read,}", flags) == .array([.string("read"), .string("write")]))
    #expect(try parse("{}", flags) == .array([]))
    for text in ["{read, read}", "{execute}", "{read write}", "{:}", "[read]", "{,}"] {
      #expect(message(text, flags) != nil, "\(text)")
    }
  }

  @Test func resourcesHaveNoText() {
    #expect(
      message("1", .own(ResourceType(name: "pollable"))) == "column 1: a pollable cannot be written as WAVE")
  }

  @Test func nothingMayFollow() {
    #expect(message("1 1", .u8) == "column 3: expected the end of the text, got 1")
    #expect(message("a_b", .enumeration(["a-b"])) == "column 1: a name is written with \"-\", not with \"_\"")
    #expect(message("$", .u8) == "column 1: \"$\" begins no value")
  }
}
