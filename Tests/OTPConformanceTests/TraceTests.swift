import OTPConformance
import Testing

/// Every scenario does here what the committed traces say that it does on Erlang/OTP.
struct TraceTests {
  static let directory =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    + "/Conformance/OTP"

  static let files = [
    "dynamic", "links", "monitors", "names", "nested", "one_for_all", "one_for_one", "rest_for_one",
    "shutdown",
    "simple_one_for_one",
  ]

  @Test(arguments: files)
  func sameTrace(file: String) throws {
    let scenarios = try Scenario.parse(
      try TextFile.read("\(TraceTests.directory)/Scenarios/\(file).scenario"))
    let expected = try TraceTests.blocks(try TextFile.read("\(TraceTests.directory)/Traces/\(file).trace"))
    #expect(
      scenarios.map(\.name) == expected.map(\.name), "record the traces again: see Conformance/OTP/README.md")
    for (scenario, expected) in zip(scenarios, expected) {
      let trace = try Stage(scenario).run()
      #expect(trace == expected.text, "\(scenario.name)")
    }
  }

  static func blocks(_ text: String) throws -> [(name: String, text: String)] {
    var blocks: [(name: String, text: String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("scenario ") { blocks.append((String(line.dropFirst(9)), "")) }
      let last = try #require(blocks.indices.last, "a trace begins with `scenario NAME`")
      blocks[last].text += line + "\n"
    }
    return blocks
  }
}
