import Glibc
import Synchronization
import Testing
import WippyComponent
import WippyCore
import WippyTestKit

@testable import WippyWASI

@Suite struct OutputTests {
  @Test func lines() throws {
    let runner = try GuestRunner("print_lines")
    #expect(try runner.value("print-lines", [.integer(3)]) == .integer(3))
    #expect(runner.output.text == "line 1\nline 2\nline 3\n")
  }

  @Test func errorLinesAreKept() throws {
    let runner = try GuestRunner("print_lines")
    #expect(try runner.value("print-errors", [.integer(2)]) == .integer(2))
    #expect(runner.error.text == "line 1\nline 2\n")
    #expect(runner.state.lastErrorOutput == "line 1\nline 2\n")
    #expect(runner.output.text.isEmpty)
  }

  @Test func longText() throws {
    let text = String(repeating: "0123456789", count: 10_000)
    let runner = try GuestRunner("print_lines")
    #expect(try runner.value("print-text", [.string(text)]) == .bool(true))
    #expect(runner.output.text == text)
  }

  @Test func lineSinkGetsLines() throws {
    let lines = Recorder<String>()
    let runner = try GuestRunner(
      "print_lines", streams: .lines(output: { lines.record($0) }, error: { _ in }))
    _ = try runner.value("print-lines", [.integer(2)])
    #expect(lines.events == ["line 1", "line 2"])
  }

  @Test func fullSinkParksTheGuest() throws {
    let sink = MemorySink(capacity: 1000)
    let runner = try GuestRunner("printer", output: sink)
    #expect(try runner.start("print-forever").isWaiting)
    #expect(sink.bytes.count == 1000)
    #expect(runner.wakeCount == 0)
    _ = sink.take()
    #expect(runner.wakeCount == 1)
    #expect(runner.guest.run().isWaiting)
    #expect(sink.text.hasPrefix("it goes\n") || sink.bytes.count == 1000)
    runner.guest.abandon()
  }

  @Test func printerIsPreempted() throws {
    let engine = try GuestRunner.sharedEngine()
    let count = Mutex(0)
    let runner = try GuestRunner(
      "printer",
      streams: .lines(
        output: { _ in
          let lines = count.withLock { count in
            count += 1
            return count
          }
          if lines == 100 { engine.incrementEpoch() }
        }, error: { _ in }))
    runner.yields = true
    guard case .suspended(waiting: false) = try runner.start("print-forever") else {
      Issue.record("the printer was not preempted")
      return
    }
    runner.guest.abandon()
  }

  @Test func fullPipeParksTheGuestAndClosedPipeEndsIt() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[1]) }
    let runner = try GuestRunner(
      "printer",
      streams: StandardStreams(input: NullSource(), output: DescriptorSink(ends[1]), error: NullSink()))
    #expect(try runner.start("print-forever").isWaiting)
    #expect(runner.reactor.pendingCount == 1)
    // Still full: a wake without a reason parks it again.
    runner.reactor.makeReady(ends[1], for: .writable)
    #expect(runner.wakeCount == 1)
    #expect(runner.guest.run().isWaiting)
    #expect(runner.reactor.pendingCount == 1)
    var buffer = [UInt8](repeating: 0, count: 16_384)
    #expect(read(ends[0], &buffer, buffer.count) == buffer.count)
    runner.reactor.makeReady(ends[1], for: .writable)
    #expect(runner.guest.run().isWaiting)
    close(ends[0])
    runner.reactor.makeReady(ends[1], for: .writable)
    guard case .failed(.trap(let trap)) = runner.guest.run() else {
      Issue.record("the printer goes on although nobody reads")
      return
    }
    #expect(trap.message.contains("unreachable"))
  }

  @Test func stderrTailIsBounded() throws {
    let runner = try GuestRunner("stderr_flood", granted: [])
    let message = try runner.trapMessage("flood")
    #expect(message?.contains("unreachable") == true)
    let tail = runner.state.lastErrorOutput
    #expect(tail.utf8.count == 4096)
    #expect(tail.hasSuffix("...\n"))
    #expect(tail.contains("line 65536"))
    #expect(runner.error.text.isEmpty)
  }
}
