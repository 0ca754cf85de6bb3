import Testing

@testable import WippyComponent

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("nmae", "name"), ("first_nam", "first-name"), ("NAME", "name"), ("sting", "string"),
  ])
  func finds(name: String, expected: String) {
    #expect(NearestName.of(name, among: ["name", "first-name", "string", "x"]) == expected)
  }

  @Test func doesNotGuess() {
    #expect(NearestName.of("completely", among: ["name", "x"]) == nil)
    #expect(NearestName.of("y", among: ["x"]) == nil)
    #expect(NearestName.of("", among: ["x"]) == nil)
    #expect(NearestName.of(String(repeating: "a", count: 100_000), among: ["name"]) == nil)
  }
}
