import Testing

@testable import WippyCLI

struct RunOptionsTests {
  @Test(arguments: [
    ["run"], ["run", "-v", "greet"], ["run", "--help"], ["-C", "x"], ["lint"], [], ["-v", "run", "greet"],
  ])
  func leavesOptionsToTheParser(arguments: [String]) {
    #expect(RunOptions(plain: arguments) == nil)
  }

  /// The short way and the parser's understand the same.
  @Test(arguments: [
    ["run", "greet"], ["run", "greet", "-v", "--", "-C"], ["-C", "dir", "run", "greet", "a b", ""],
    ["run", "list"],
    ["-C", "run", "run", "run"],
  ])
  func agreesWithTheParser(arguments: [String]) throws {
    let parsed = try WippyCommand.parseAsRoot(try ArgumentOrder.normalized(arguments))
    let command = try #require(parsed as? RunCommand)
    #expect(RunOptions(plain: arguments) == RunOptions(command))
  }
}
