import Testing

@testable import WippyCLI

struct DefinitionTextTests {
  @Test(arguments: [
    ("a: old # why\nb: 1\n", 1, 4), ("a: \"old\"\n", 1, 4), ("a: 'old'\n", 1, 4), ("a: old", 1, 4),
    ("\u{feff}a: old\n", 1, 4), ("x: é\r\nä: old\r\n", 2, 4), ("a: &x old\n", 1, 4), ("a: !!str old\n", 1, 4),
    ("{\"a\":\"old\"}", 1, 6), ("{a: old, b: 1}", 1, 5), ("{a: old}", 1, 5),
  ])
  func replacesOnlyTheScalar(text: String, line: Int, column: Int) {
    var definition = DefinitionText(Array(text.utf8))
    let replaced = definition.replace("old", with: "newer", line: line, column: column)
    #expect(replaced)
    let expected = String(decoding: text.utf8, as: UTF8.self).replacing("old", with: "newer")
    #expect(String(decoding: definition.bytes, as: UTF8.self) == expected)
  }

  @Test(arguments: [
    ("a: older\n", 1, 4), ("a: *old\n", 1, 4), ("a: >\n  old\n", 1, 4), ("a: old\n", 2, 4),
    ("a: old\n", 1, 40),
    ("a: o", 1, 4), ("", 1, 1),
  ])
  func leavesAloneWhatIsSomethingElse(text: String, line: Int, column: Int) {
    var definition = DefinitionText(Array(text.utf8))
    let replaced = definition.replace("old", with: "new", line: line, column: column)
    #expect(!replaced)
    #expect(definition.bytes == Array(text.utf8))
  }
}
