import Testing
import WippyCore

@testable import WippyWASI

/// What guests hear about terminals.
@Suite struct TerminalTests {
  private final class Terminal: InputSource, OutputSink {
    let isTerminal = true
    let room = 100
    let readiness = WaitCondition.ready
    func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome { .end }
    func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome { .accepted(bytes.count) }
  }

  @Test(arguments: 0..<8)
  func eachStreamIsAsked(mask: Int64) throws {
    let terminal = Terminal()
    let streams = StandardStreams(
      input: mask & 1 != 0 ? terminal : NullSource(), output: mask & 2 != 0 ? terminal : MemorySink(),
      error: mask & 4 != 0 ? terminal : MemorySink())
    let runner = try GuestRunner("terminals", streams: streams)
    #expect(try runner.value("terminals") == .integer(mask))
    #expect(runner.guest.handles.count == 0)
  }

  @Test func droppedTwice() throws {
    let terminal = Terminal()
    let runner = try GuestRunner(
      "terminals", streams: StandardStreams(input: terminal, output: terminal, error: terminal))
    #expect(try runner.trapMessage("drop-twice")?.contains("handle") == true)
  }

  @Test func ungrantedThereAreNone() throws {
    let terminal = Terminal()
    let runner = try GuestRunner(
      "terminals", granted: [], streams: StandardStreams(input: terminal, output: terminal, error: terminal))
    #expect(try runner.value("terminals") == .integer(0))
  }
}
