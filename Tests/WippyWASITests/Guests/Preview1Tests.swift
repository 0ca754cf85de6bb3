import Testing
import WippyComponent
import WippyCore
import WippyEngine

@testable import WippyWASI

@Suite struct Preview1Tests {
  @Test func hello() throws {
    let runner = try GuestRunner("preview1_hello")
    _ = try runner.call("_start")
    #expect(runner.output.text == "Hello from preview 1\n")
  }

  @Test func groupGrantsEverything() throws {
    let runner = try GuestRunner("preview1_hello", granted: [Preview1.module])
    _ = try runner.call("_start")
    #expect(runner.output.text == "Hello from preview 1\n")
  }

  @Test func ungrantedOutputIsDiscarded() throws {
    let runner = try GuestRunner("preview1_hello", granted: [])
    guard case .returned = try runner.call("_start") else {
      Issue.record("_start did not return")
      return
    }
    #expect(runner.output.text.isEmpty)
  }

  @Test func fullSinkParks() throws {
    let sink = MemorySink(capacity: 0)
    let runner = try GuestRunner("preview1_hello", output: sink)
    #expect(try runner.start("_start").isWaiting)
    runner.guest.abandon()
  }

  @Test func exitCodes() throws {
    #expect(try GuestRunner("preview1_hello").stopReason("exit-with", [.integer(3)]) == .exitCode(3))
    #expect(try GuestRunner("preview1_hello").stopReason("exit-with", [.integer(0)]) == .normal(nil))
  }

  @Test func everyFunctionHasItsType() {
    let provider = WASIProvider(grants: .none, entry: nil)
    for (name, function) in Preview1.functions {
      // The right type gives a function; another one must not crash when it is made.
      _ = provider.coreFunction(module: Preview1.module, name: name, type: function.type)
      _ = provider.coreFunction(module: Preview1.module, name: name, type: .takes(.f64))
    }
    #expect(Preview1.functions.count == 46)
  }
}

/// The start function of a core module, which runs when the module's memory can be found.
@Suite struct StartFunctionTests {
  @Test func callsTheHost() throws {
    let runner = try GuestRunner("start_prints")
    #expect(try runner.value("run") == .integer(1))
    #expect(runner.output.text == "Before _start.\n")
  }

  @Test func isNoExportOfItsOwn() throws {
    let runner = try GuestRunner("start_prints")
    #expect(runner.guest.bound.plan.exports.map(\.name) == ["run"])
  }

  @Test func parks() throws {
    let runner = try GuestRunner("start_prints", output: MemorySink(capacity: 0))
    #expect(try runner.start("run").isWaiting)
    runner.guest.abandon()
  }

  @Test func mayEndTheProcess() throws {
    var environment = GuestEnvironment(programName: "guest")
    environment.variables = [.init("ANY", "thing")]
    #expect(try GuestRunner("start_prints", environment: environment).stopReason("run") == .exitCode(9))
  }
}
