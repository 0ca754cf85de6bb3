import Testing
import WippyRuntime

/// Values of every type through a real component: lowered, transformed by the guest, lifted.
@Suite struct ValueTests {
  private static let project = Result {
    try GuestProject(
      Set(cases.map(\.method)).sorted().map { method in
        .init(name: "shapes-\(method)", guest: "shapes", method: "shapes#\(method)")
      })
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var method: String
    var arguments: [String]
    var expected: String

    init(_ method: String, _ arguments: [String], _ expected: String) {
      self.method = method
      self.arguments = arguments
      self.expected = expected
    }

    var testDescription: String { "\(method)(\(arguments.joined(separator: ", ")))" }
  }

  private static let ada =
    #"{name: "Ada", age: 36, email: some("ada@example.org"), tags: ["first"], home: {x: 1, y: -2}}"#
  private static let bob = #"{name: "Bob", age: 80, email: none, tags: [], home: {x: 0, y: 7}}"#

  static let cases: [Case] = [
    Case(
      "next-integers",
      [
        "{a: 255, b: -1, c: 65535, d: 32767, e: 4294967295, f: 2147483647, g: 18446744073709551615, h: 9223372036854775807}"
      ],
      "{a: 0, b: 0, c: 0, d: -32768, e: 0, f: -2147483648, g: 0, h: -9223372036854775808}"),
    Case("next-u8", ["255"], "0"), Case("next-u8", ["128"], "129"),
    Case("next-s8", ["127"], "-128"), Case("next-s8", ["-5"], "-4"),
    Case("next-u16", ["65535"], "0"), Case("next-s16", ["32767"], "-32768"),
    Case("next-u32", ["2147483648"], "2147483649"), Case("next-s32", ["2147483647"], "-2147483648"),
    Case("next-u64", ["9223372036854775808"], "9223372036854775809"),
    Case("next-s64", ["9223372036854775807"], "-9223372036854775808"),
    Case("halve-f32", ["3.0"], "1.5"), Case("halve-f64", ["inf"], "inf"), Case("halve-f64", ["nan"], "nan"),
    Case("halve-both", ["(5.0, 0.25)"], "(2.5, 0.125)"),
    Case("negate", ["true"], "false"),
    Case("next-char", ["'\\u{d7ff}'"], "'\\u{e000}'"), Case("next-char", ["'é'"], "'ê'"),
    Case("reverse-text", ["\"aé☃😀\""], "\"😀☃éa\""), Case("reverse-text", ["\"\""], "\"\""),
    Case("reverse-bytes", ["[0, 255, 7]"], "[7, 255, 0]"),
    Case("reverse-texts", [#"["one", "", "three"]"#], #"["three", "", "one"]"#),
    Case("reverse-texts", ["[]"], "[]"),
    Case("reverse-pairs", ["[(1, 18446744073709551615), (2, 5)]"], "[(2, 5), (1, 18446744073709551615)]"),
    Case("sum", ["[1, -2, 43]"], "42"),
    Case("transpose", ["[[1, 2, 3], [4, 5, 6]]"], "[[1, 4], [2, 5], [3, 6]]"),
    Case("swap", [#"("text", 9)"#], #"(9, "text")"#),
    Case("move-point", ["{x: 1, y: -2}", "10", "20"], "{x: 11, y: 18}"),
    Case(
      "birthday", [ada],
      #"{name: "Ada", age: 37, email: some("ada@example.org"), tags: ["first", "older"], home: {x: 1, y: -2}}"#),
    Case("oldest", ["[\(ada), \(bob)]"], #"some({name: "Bob", age: 80, tags: [], home: {x: 0, y: 7}})"#),
    Case("oldest", ["[]"], "none"),
    Case(
      "calculate", ["[1, 4, -2]"], "{count: 3, sum: 3, smallest: some(-2), largest: some(4), mean: ok(1)}"),
    Case("calculate", ["[]"], #"{count: 0, sum: 0, mean: err("no values")}"#),
    Case("area", ["rectangle((2, 3))"], "some(6)"), Case("area", [#"label("x")"#], "none"),
    Case("area", ["nothing"], "some(0)"),
    Case("scale", ["polygon([{x: 1, y: 2}, {x: -3, y: 0}])", "10"], "polygon([{x: 10, y: 20}, {x: -30, y: 0}])"),
    Case("double-number", ["small(100)"], "small(200)"), Case("double-number", ["int(-5)"], "int(-10)"),
    Case("double-number", ["long(9223372036854775808)"], "long(0)"),
    Case("double-number", ["single(1.25)"], "single(2.5)"), Case("double-number", ["double(0.1)"], "double(0.2)"),
    Case("double-number", [#"words("ha")"#], #"words("haha")"#),
    Case("next-color", ["red"], "green"), Case("next-color", ["blue"], "red"),
    Case("invert", ["{read}"], "{write, execute}"), Case("invert", ["{read, write, execute}"], "{}"),
    Case("invert-twelve", ["{t0, t11}"], "{t1, t2, t3, t4, t5, t6, t7, t8, t9, t10}"),
    Case("next-nested", ["none"], "some(none)"), Case("next-nested", ["some(none)"], "some(some(0))"),
    Case("next-nested", ["some(some(4))"], "some(some(5))"),
    Case("next-nested", ["some(some(4294967295))"], "none"),
    Case("divide", ["7", "2"], "3"), Case("check", ["true"], "ok"), Case("check", ["false"], "err"),
    Case("check-color", ["green"], "ok"),
    Case("check-color", ["blue"], "err blue"), Case("divide", ["7", "0"], #"err "division by zero""#),
    Case("double-numbers", ["[small(200), double(-0.1)]"], "[small(144), double(-0.2)]"),
    Case("invert-bits", ["{\((0..<31).map { "b\($0)" }.joined(separator: ", "))}"], "{b31}"),
    Case("scale", [#"label("ab")"#, "3"], #"label("ababab")"#),
    Case("parse-digits", ["\"123\""], "123"), Case("parse-digits", ["\"x\""], "err"),
    Case("flip", [#"ok(some("a"))"#], #"err some("a")"#), Case("flip", ["ok(none)"], "err none"),
    Case("flip", ["err(7)"], "7"),
  ]

  @Test(arguments: cases) func crosses(_ example: Case) async throws {
    let project = try Self.project.get()
    #expect(try await project.value("shapes-\(example.method)", example.arguments) == example.expected)
  }

  @Test func parametersInRegistersAndInMemory() async throws {
    let project = try GuestProject([
      .init(name: "sixteen", guest: "shapes", method: "shapes#sixteen"),
      .init(name: "eighteen", guest: "shapes", method: "shapes#eighteen"),
    ])
    let common = [
      "1", "-2", "3", "-4", "5", "-6", "18446744073709551615", "-8", "1.5", "-0.25", "true", "'A'", "blue",
      "{read, execute}", "\"text\"",
    ]
    // The guest writes floats as quarters, characters and flags as numbers.
    let described = "1 -2 3 -4 5 -6 18446744073709551615 -8 6 -1 true 65 2 5 text"
    #expect(try await project.value("sixteen", common) == "\"\(described)\"")
    #expect(try await project.value("eighteen", common + ["[7, 65535]"]) == "\"\(described) 7 65535\"")
  }

  @Test func wrongArgumentsAreNamed() async throws {
    let project = try GuestProject([.init(name: "birthday", guest: "shapes", method: "shapes#birthday")])
    await #expect(throws: RuntimeError.self) {
      _ = try await project.runtime.spawn(GuestProject.id("birthday"), arguments: [.integer(1)])
    }
    do {
      let person = Value.table([.init("name", .string("Ada")), .init("age", .integer(300))])
      _ = try await project.runtime.spawn(GuestProject.id("birthday"), arguments: [person])
      Issue.record("an age of 300 was accepted")
    } catch {
      #expect("\(error)".contains("argument 1 (who)"))
      #expect("\(error)".contains("age"))
    }
  }
}
