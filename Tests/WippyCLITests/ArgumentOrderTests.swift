import Testing

@testable import WippyCLI

struct ArgumentOrderTests {
  @Test(arguments: [
    (["lint"], ["lint"]),
    (["-C", "dir", "lint", "--json"], ["lint", "-C", "dir", "--json"]),
    (["--set", "a.b=c", "-v", "registry", "list"], ["registry", "list", "--set", "a.b=c", "-v"]),
    (["--project=dir", "registry", "show", "a:b"], ["registry", "show", "--project=dir", "a:b"]),
    (["run", "greet", "--json", "-v"], ["run", "--", "greet", "--json", "-v"]),
    (["run", "--json", "greet"], ["run", "--json", "--", "greet"]),
    (["-C", "x", "run", "greet", "-C", "y"], ["run", "-C", "x", "--", "greet", "-C", "y"]),
    (["run", "-x", "a:b", "--json"], ["run", "-x", "a:b", "--", "--json"]),
    (["run", "--exec=a:b", "-h"], ["run", "--exec=a:b", "--", "-h"]),
    (["run", "--host", "a:t", "greet"], ["run", "--host", "a:t", "--", "greet"]),
    (["run", "--", "greet", "--", "x"], ["run", "--", "greet", "--", "x"]),
    (["run", "greet", "--"], ["run", "--", "greet", "--"]),
    (["run", "--help", "greet"], ["run", "--help", "--", "greet"]),
    (["run"], ["run"]),
    (["run", "-C"], ["run", "-C"]),
    (["--help"], ["--help"]),
    (["--version"], ["--version"]),
    ([], []),
  ])
  func ordersArguments(given: [String], expected: [String]) throws {
    #expect(try ArgumentOrder.normalized(given) == expected)
  }

  @Test func namesTheNearestCommand() {
    let failure = #expect(throws: CommandFailure.self) { try ArgumentOrder.normalized(["lnt"]) }
    #expect(failure?.code == 2)
    #expect(failure?.problems.first?.text == "`lnt` is no command of wippy: did you mean `lint`?")
  }

  @Test func optionsAloneAreNoCommand() {
    #expect(throws: CommandFailure.self) { try ArgumentOrder.normalized(["-C", "dir"]) }
  }
}
