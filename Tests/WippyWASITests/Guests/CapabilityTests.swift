import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

@Suite struct CapabilityTests {
  private func ungranted() throws -> GuestRunner { try GuestRunner("ungranted", granted: []) }

  @Test func questionsGetEmptyAnswers() throws {
    #expect(try ungranted().value("call-nothing") == .integer(7))
    #expect(try ungranted().value("environment") == .array([]))
    #expect(try ungranted().value("arguments") == .array([.string("guest")]))
    #expect(try ungranted().value("cwd") == .null)
    #expect(try ungranted().value("directories") == .integer(0))
    #expect(try ungranted().value("terminals") == .array([.bool(false), .bool(false), .bool(false)]))
    #expect(try ungranted().value("read-stdin") == .null)
    #expect(try ungranted().stopReason("leave", [.bool(true)]) == .exitCode(1))
  }

  @Test func ungrantedStreamsDiscard() throws {
    let runner = try ungranted()
    #expect(try runner.value("write-stdout", [.string("gone")]) == .bool(true))
    #expect(runner.output.text.isEmpty)
    let other = try ungranted()
    #expect(try other.value("write-stderr", [.string("kept")]) == .bool(true))
    #expect(other.error.text.isEmpty)
    #expect(other.state.lastErrorOutput == "kept")
  }

  struct Call: Sendable {
    let method: String
    var arguments: [Value] = []
    let interface: String
    let function: String
    var group: String?
  }

  static let calls = [
    Call(method: "monotonic-now", interface: "wasi:clocks/monotonic-clock", function: "now", group: "wasi:clocks"),
    Call(
      method: "monotonic-resolution", interface: "wasi:clocks/monotonic-clock", function: "resolution",
      group: "wasi:clocks"),
    Call(
      method: "wait-ms", arguments: [.integer(1)], interface: "wasi:clocks/monotonic-clock",
      function: "subscribe-duration", group: "wasi:clocks"),
    Call(method: "wall-now", interface: "wasi:clocks/wall-clock", function: "now", group: "wasi:clocks"),
    Call(method: "wall-resolution", interface: "wasi:clocks/wall-clock", function: "resolution", group: "wasi:clocks"),
    Call(
      method: "random-bytes", arguments: [.integer(8)], interface: "wasi:random/random", function: "get-random-bytes",
      group: "wasi:random"),
    Call(method: "random-number", interface: "wasi:random/random", function: "get-random-u64", group: "wasi:random"),
    Call(
      method: "insecure-bytes", arguments: [.integer(8)], interface: "wasi:random/insecure",
      function: "get-insecure-random-bytes", group: "wasi:random"),
    Call(
      method: "insecure-number", interface: "wasi:random/insecure", function: "get-insecure-random-u64",
      group: "wasi:random"),
    Call(method: "seed", interface: "wasi:random/insecure-seed", function: "insecure-seed", group: "wasi:random"),
    Call(
      method: "sync-file", interface: "wasi:filesystem/types", function: "[method]descriptor.sync",
      group: "wasi:filesystem"),
    Call(
      method: "create-tcp-socket", interface: "wasi:sockets/tcp-create-socket", function: "create-tcp-socket",
      group: "wasi:sockets"),
    Call(
      method: "create-udp-socket", interface: "wasi:sockets/udp-create-socket", function: "create-udp-socket",
      group: "wasi:sockets"),
    Call(
      method: "open-network", interface: "wasi:sockets/instance-network", function: "instance-network",
      group: "wasi:sockets"),
    Call(
      method: "resolve", arguments: [.string("host")], interface: "wasi:sockets/instance-network",
      function: "instance-network", group: "wasi:sockets"),
    Call(method: "create-headers", interface: "wasi:http/types", function: "[constructor]fields", group: "wasi:http"),
  ]

  @Test(arguments: calls)
  func ungrantedCallsEndTheProcess(call: Call) throws {
    let reason = try ungranted().stopReason(call.method, call.arguments)
    #expect(
      reason
        == .capability(
          DeniedCapability(
            interface: "\(call.interface)@0.2.3", function: call.function, entry: GuestRunner.entry, group: call.group))
    )
  }

  @Test(arguments: [("make-up", [Value.string("x")], "make-up"), ("make-thing", [], "[constructor]widget")])
  func whatNobodyProvides(method: String, arguments: [Value], function: String) throws {
    let reason = try GuestRunner("ungranted").stopReason(method, arguments)
    #expect(
      reason
        == .capability(
          DeniedCapability(interface: "acme:missing/thing", function: function, entry: GuestRunner.entry)))
  }

  @Test func grantedCallsWork() throws {
    let environment = GuestEnvironment(
      programName: "guest", wallClock: FixedWallClock(), randomness: CountingRandomness())
    func granted() throws -> GuestRunner { try GuestRunner("ungranted", environment: environment) }
    #expect(try granted().value("monotonic-now") == .integer(1_000_000_000))
    #expect(try granted().value("monotonic-resolution") == .integer(1))
    #expect(try granted().value("wall-now") == .array([.integer(1_700_000_000), .integer(42)]))
    #expect(try granted().value("wall-resolution") == .array([.integer(0), .integer(1)]))
    #expect(try granted().value("random-bytes", [.integer(4)]) == .bytes([0, 1, 2, 3]))
    #expect(try granted().value("insecure-bytes", [.integer(0)]) == .bytes([]))
    #expect(try granted().value("random-number") == .integer(0x0706_0504_0302_0100))
    #expect(try granted().value("wait-ms", [.integer(3)]) == nil)
  }

  @Test func hugeRandomRequestTraps() throws {
    let message = try GuestRunner("ungranted").trapMessage("random-bytes", [.unsigned(.max)])
    #expect(message?.contains("random bytes") == true)
  }
}

private struct FixedWallClock: WallClock {
  func now() -> WallTime { WallTime(seconds: 1_700_000_000, nanoseconds: 42) }
}

private struct CountingRandomness: Randomness {
  func fill(_ buffer: UnsafeMutableRawBufferPointer) {
    for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index) }
  }
}
