import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

@Suite struct GreetAndCommandTests {
  @Test func greet() throws {
    #expect(try GuestRunner("greet").value("greet", [.string("World")]) == .string("Hello, World!"))
  }

  @Test func command() throws {
    let runner = try GuestRunner("command")
    #expect(try runner.value("run") == .table([.init("ok", .null)]))
    #expect(runner.output.text == "Hello from a command\n")
  }

  @Test func commandFails() throws {
    let runner = try GuestRunner(
      "command", environment: GuestEnvironment(programName: "command", arguments: ["x", "fail"]))
    #expect(try runner.value("run") == .table([.init("err", .null)]))
  }

  @Test func argumentsAndEnvironment() throws {
    let runner = try GuestRunner(
      "env_args",
      environment: GuestEnvironment(
        programName: "env_args", arguments: ["a b", ""], variables: [.init("NAME", "wörld"), .init("EMPTY", "")],
        workingDirectory: "/app"))
    _ = try runner.value("run")
    #expect(runner.output.text == "arg env_args\narg a b\narg \nenv NAME=wörld\nenv EMPTY=\ncwd /app\n")
  }

  @Test func argumentsAndEnvironmentUngranted() throws {
    let runner = try GuestRunner(
      "env_args", granted: ["wasi:cli/stdout"],
      environment: GuestEnvironment(programName: "env_args", arguments: ["a"], variables: [.init("NAME", "x")]))
    _ = try runner.value("run")
    #expect(runner.output.text == "arg env_args\ncwd none\n")
  }

  @Test func exitCodes() throws {
    #expect(try GuestRunner("exit_code").stopReason("exit", [.bool(false)]) == .normal(nil))
    #expect(try GuestRunner("exit_code").stopReason("exit", [.bool(true)]) == .exitCode(1))
    #expect(try GuestRunner("exit_code").stopReason("exit-with-code", [.integer(7)]) == .exitCode(7))
    #expect(try GuestRunner("exit_code").stopReason("exit-with-code", [.integer(0)]) == .normal(nil))
    #expect(try GuestRunner("exit_code", granted: []).stopReason("exit-with-code", [.integer(9)]) == .exitCode(9))
  }
}
