import Testing
import WippyCore

@testable import WippyCLI

struct OutputTests {
  @Test func namesCannotMoveTheCursor() {
    #expect(TerminalText.line("a\u{1b}[2Jb\nc\u{202e}d\u{9b}e") == "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}e")
    #expect(TerminalText.lines("a\n\tb\r") == "a\n\tb\u{fffd}")
    #expect(TerminalText.line("päth 👨‍👩‍👧") == "päth 👨‍👩‍👧")
  }

  @Test func problemsAreColouredOnRequest() {
    #expect(StandardError.text(Problem(.error, "bad"), isColoured: false) == "error: bad\n")
    #expect(
      StandardError.text(Problem(.warning, "hm"), isColoured: true) == "\u{1b}[33mwarning:\u{1b}[0m hm\n")
  }

  @Test func columnsArePadded() {
    var columns = Columns()
    columns.add("greet", "Greet someone", "(a:greet)")
    columns.add("ls", "", "(a:ls)")
    #expect(columns.text == "  greet   Greet someone   (a:greet)\n  ls                      (a:ls)\n")
  }

  @Test(arguments: [
    ("plain words", "plain words"), ("", "\"\""), ("true", "\"true\""), ("12", "\"12\""),
    ("a: b", "\"a: b\""),
    ("a #b", "\"a #b\""), ("- a", "\"- a\""), ("sha256:ab", "sha256:ab"), ("/x/y.wasm", "/x/y.wasm"),
    ("say \"hi\"", "\"say \\\"hi\\\"\""), ("x:", "\"x:\""), ("a\u{1b}b", "\"a\\U0000001bb\""), ("é", "\"é\""),
  ])
  func writesScalarsThatReadBackAsStrings(text: String, expected: String) {
    #expect(YAMLText.text(.table([.init("k", .string(text))])) == "k: \(expected)\n")
  }

  @Test func writesNestedValues() {
    let value = Value.table([
      .init(
        "list", .array([.table([.init("a", .integer(1)), .init("b", .bool(true))]), .array([.integer(1)])])),
      .init("words", .array([.string("x"), .string("wasi:io")])), .init("none", .array([])),
      .init("nil", .null),
      .init("text", .string("one\n  two\n")),
    ])
    let expected = """
      list:
        - a: 1
          b: true
        - - 1
      words: [x, wasi:io]
      none: []
      nil: null
      text: |
        one
          two

      """
    #expect(YAMLText.text(value) == expected)
  }
}
