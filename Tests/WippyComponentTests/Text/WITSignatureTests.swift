import Testing

@testable import WippyComponent

@Suite struct WITSignatureTests {
  private func message(_ text: String) -> String? {
    do {
      _ = try WITSignature.parse(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func oneFunction() throws {
    let signature = try WITSignature.parse("process: func(a: string, b: list<u8>) -> result<u32, string>;")
    #expect(
      signature["process"]
        == FunctionType(
          parameters: [.init("a", .string), .init("b", .list(.u8))], result: .result(ok: .u32, error: .string)
        ))
    #expect(signature["other"] == nil)
  }

  @Test func theLastSemicolonMayBeMissing() throws {
    #expect(try WITSignature.parse("run: func()")["run"] == FunctionType(parameters: []))
    #expect(message("a: func() b: func()") == "1:11: expected \";\", got \"b\"")
  }

  @Test func declarationsCommentsAndOrder() throws {
    let signature = try WITSignature.parse(
      """
      /// Draws.
      draw: func(shapes: shapes, %type: mode,) -> result<_, error>;
      /* a block /* in a block */ */
      @since(version = 0.2.0)
      type shapes = list<shape>; // forward
      variant shape { dot, circle(tuple<point, f64>), }
      record point { x: s32, y: option<s32>, }
      flags mode { read, write }
      enum error { %list, io }
      stop: func() -> tuple<result, result<u8>>;
      """)
    let point = ValueType.record([RecordField("x", .s32), RecordField("y", .option(.s32))])
    let shape = ValueType.variant([VariantCase("dot"), VariantCase("circle", .tuple([point, .f64]))])
    #expect(signature.functions.map(\.name) == ["draw", "stop"])
    #expect(signature.types.map(\.name) == ["shapes", "shape", "point", "mode", "error"])
    #expect(
      signature["draw"]
        == FunctionType(
          parameters: [.init("shapes", .list(shape)), .init("type", .flags(["read", "write"]))],
          result: .result(ok: nil, error: .enumeration(["list", "io"]))))
    #expect(
      signature["stop"]?.result == .tuple([.result(ok: nil, error: nil), .result(ok: .u8, error: nil)]))
  }

  @Test func resourcesAreGivenFromOutside() throws {
    let pollable = ResourceType(name: "pollable")
    let signature = try WITSignature.parse(
      "f: func(a: borrow<pollable>, b: pollable) -> own<pollable>;", resources: ["pollable": pollable])
    #expect(
      signature["f"]
        == FunctionType(
          parameters: [.init("a", .borrow(pollable)), .init("b", .own(pollable))], result: .own(pollable)))
    #expect(
      message("f: func(a: borrow<pollable>);")
        == "1:19: unknown type \"pollable\"; declare it here, or use a type of WIT")
  }

  @Test(arguments: [
    ("", "1:1: there is no function; write one as name: func(...) -> type;"),
    ("f: func(a: sting);", "1:12: unknown type \"sting\"; did you mean \"string\"?"),
    ("f: func(a: i32);", "1:12: unknown type \"i32\"; did you mean \"s32\"?"),
    ("f: func(a: pont);\nrecord point { x: u8 }", "1:12: unknown type \"pont\"; did you mean \"point\"?"),
    ("f: func(list: u8);", "1:9: \"list\" is a keyword of WIT; as a parameter's name write %list"),
    ("list: func();", "1:1: \"list\" is a keyword of WIT; as a function's name write %list"),
    ("f: func(a: u8, A: u8);", "1:16: a parameter's name \"A\" occurs twice"),
    ("f: func();\nf: func();", "2:1: the function \"f\" occurs twice"),
    ("f func();", "1:3: expected \":\", got \"func\""),
    ("f: fun();", "1:4: expected \"func\", got \"fun\""),
    ("f: func(a: list<u8)", "1:19: expected \">\", got \")\""),
    ("f: func(a: result<_>);", "1:20: expected \",\" and the type of the error, got \">\""),
    ("f: func(a: tuple<>);", "1:12: a tuple has at least one type"),
    ("f: func(a: list<u8, 4>);", "1:19: lists of a fixed length are not supported"),
    ("f: func(a: stream<u8>);", "1:12: stream is not supported"),
    ("f: async func();", "1:4: async functions are not supported"),
    ("record r {} f: func();", "1:1: a record cannot be empty"),
    ("type a = list<b>; type b = a; f: func();", "1:28: the type \"a\" contains itself"),
    (
      "f: func(first_name: u8);",
      "1:9: \"first_name\" is no WIT name (words of letters and digits joined by \"-\", each in one case); write first-name"
    ),
    ("f: func(a: u8) -> (b: u8);", "1:19: expected a type, got \"(\""),
    (
      "interface x { f: func(); }",
      "1:1: \"interface\" has no place here: write the function alone, as name: func(...) -> type;"
    ),
    (
      "resource r; f: func();",
      "1:1: \"resource\" has no place here: a signature declares the types that it needs itself"
    ),
    ("f: func(); /* x", "1:12: the comment has no end"),
    ("f: func(a: $);", "1:12: \"$\" is not part of WIT"),
    ("f: func() -> ", "1:14: expected a type, got the end of the text"),
  ])
  func refuses(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  @Test func sizesAreBounded() {
    let deep = String(repeating: "list<", count: 100_000) + "u8"
    #expect(message("f: func(a: \(deep));")?.contains("deeper than 100 levels") == true)
    let doubled = (1...60).map { "type t\($0) = tuple<t\($0 - 1), t\($0 - 1)>;" }.joined()
    #expect(message("type t0 = u8; \(doubled) f: func(a: t60);")?.contains("too large") == true)
    let chain = (1...20_000).map { "type t\($0 - 1) = list<t\($0)>;" }.joined()
    #expect(message("\(chain) type t20000 = u8; f: func(a: t0);")?.contains("too large") == true)
  }
}
