import Glibc
import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

@Suite struct InputTests {
  private static let ok = Value.table([.init("ok", .null)])

  @Test func echo() throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let runner = try GuestRunner("echo_stdin", input: MemorySource(bytes))
    #expect(try runner.value("run") == InputTests.ok)
    #expect(runner.output.bytes == bytes)
  }

  @Test func emptyInput() throws {
    let runner = try GuestRunner("echo_stdin")
    #expect(try runner.value("run") == InputTests.ok)
    #expect(runner.output.bytes.isEmpty)
  }

  @Test func readParksUntilThereIsSomething() throws {
    let source = MemorySource(isFinished: false)
    let runner = try GuestRunner("echo_stdin", input: source)
    #expect(try runner.start("run").isWaiting)
    source.append("one".utf8)
    #expect(runner.wakeCount == 1)
    #expect(runner.guest.run().isWaiting)
    #expect(runner.output.text == "one")
    source.finish()
    guard case .returned(let value) = runner.guest.run() else {
      Issue.record("the end of stdin was not seen")
      return
    }
    #expect(value == InputTests.ok)
  }

  @Test func pipe() throws {
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    defer { close(ends[0]) }
    let output = MemorySink()
    let runner = try GuestRunner(
      "echo_stdin",
      streams: StandardStreams(input: DescriptorSource(ends[0]), output: output, error: NullSink()))
    #expect(try runner.start("run").isWaiting)
    #expect(write(ends[1], "hello", 5) == 5)
    runner.reactor.makeReady(ends[0], for: .readable)
    #expect(runner.guest.run().isWaiting)
    #expect(output.text == "hello")
    close(ends[1])
    runner.reactor.makeReady(ends[0], for: .readable)
    guard case .returned(let value) = runner.guest.run() else {
      Issue.record("the end of the pipe was not seen")
      return
    }
    #expect(value == InputTests.ok)
    #expect(fcntl(ends[0], F_GETFL) & O_NONBLOCK == 0)
  }
}
