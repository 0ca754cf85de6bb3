import Testing
import WippyCore

@testable import WippyWASI

/// Preview 1 besides files: arguments, variables, clocks, randomness, signals.
@Suite struct Preview1EnvironmentTests {
  private func runner(_ granted: Set<String> = GuestRunner.everything) throws -> GuestRunner {
    var environment = GuestEnvironment(programName: "program", arguments: ["a b", ""])
    environment.variables = [.init("NAME", "välue"), .init("EMPTY", "")]
    return try GuestRunner("preview1_environment", granted: granted, environment: environment)
  }

  @Test func argumentsAndVariables() throws {
    let arguments = try runner()
    #expect(try arguments.value("arguments") == .integer(3))
    #expect(arguments.output.text == "program\na b\n\n")
    let variables = try runner()
    #expect(try variables.value("variables") == .integer(2))
    #expect(variables.output.text == "NAME=välue\nEMPTY=\n")
  }

  @Test func ungrantedThereIsNothing() throws {
    let arguments = try runner(["wasi:cli/stdout"])
    #expect(try arguments.value("arguments") == .integer(1))
    let variables = try runner(["wasi:cli/stdout"])
    #expect(try variables.value("variables") == .integer(0))
    for (method, arguments) in [
      ("time", [Value.integer(0)]), ("time", [.integer(1)]), ("random", [.integer(0), .integer(8)]),
    ] {
      guard case .capability? = try runner([]).stopReason(method, arguments) else {
        Issue.record("\(method) is not granted")
        return
      }
    }
  }

  @Test func clocks() throws {
    for clock in 0..<2 {
      #expect(try runner().value("resolution", [.integer(Int64(clock))]) == .integer(0))
      guard case .integer(let time)? = try runner().value("time", [.integer(Int64(clock))]) else {
        Issue.record("there is no time")
        return
      }
      #expect(time >= 0)
    }
    // Processor time is nobody's to know; the others do not exist.
    for clock: Int64 in [2, 3, 4, -1] {
      let resolution = try runner().value("resolution", [.integer(clock)])
      #expect(resolution == .integer(28) || resolution == .integer(58), "\(clock): \(String(describing: resolution))")
      let time = try runner().value("time", [.integer(clock)])
      #expect(time == .integer(-28) || time == .integer(-58), "\(clock): \(String(describing: time))")
    }
  }

  @Test func randomness() throws {
    #expect(try runner().value("differs") == .integer(1))
    #expect(try runner().value("random", [.integer(0), .integer(0)]) == .integer(0))
    #expect(try runner().value("random", [.integer(65_536 - 8), .integer(8)]) == .integer(0))
    for (place, length): (Int64, Int64) in [(-8, 9), (0, -1), (1 << 30, 1)] {
      let progress = try runner().call("random", [.integer(place), .integer(length)])
      switch progress {
      // EFAULT, or a trap.
      case .returned(.integer(21)?), .failed(.trap): break
      default: Issue.record("\(place), \(length): \(progress)")
      }
    }
  }

  @Test func signals() throws {
    #expect(try runner().value("yield") == .integer(0))
    for signal: Int64 in [0, 9, 255] { #expect(try runner().value("raise", [.integer(signal)]) == .integer(58)) }
  }
}
