import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

/// `wasi:io`, `wasi:clocks` and `wasi:random` as a guest sees them.
@Suite struct ContractTests {
  @Test func streams() throws {
    let runner = try GuestRunner("io_contract", input: MemorySource(Array("0123456789".utf8)))
    #expect(try runner.value("streams") == .string(""))
    #expect(runner.output.bytes == [0x61, 0, 0, 0x62, 0, 0x36, 0x37, 0x38])
  }

  @Test func clocksAndRandomness() throws {
    #expect(try GuestRunner("io_contract").value("clocks") == .string(""))
    #expect(try GuestRunner("io_contract").value("random") == .string(""))
  }

  @Test(arguments: [
    ("write-unpermitted", "check-write permitted 0"), ("write-zeroes-unpermitted", "check-write permitted"),
    ("blocking-write-too-long", "4096"), ("blocking-zeroes-too-long", "4096"), ("poll-nothing", "no pollables"),
    ("drop-stream-before-pollable", "open children"), ("random-too-much", "random bytes"),
  ])
  func brokenContractsTrap(method: String, text: String) throws {
    let message = try #require(try GuestRunner("io_contract").trapMessage(method))
    #expect(message.contains(text), "\(message)")
  }

  private func writeErrors(_ sink: any OutputSink) throws -> [Value] {
    let runner = try GuestRunner(
      "io_contract", streams: StandardStreams(input: NullSource(), output: sink, error: NullSink()))
    guard case .array(let texts)? = try runner.value("write-errors") else { return [] }
    return texts
  }

  @Test func closedAndFailingOutput() throws {
    let closed = ["ok", "closed", "closed", "closed", "closed", "closed", "ready"].map(Value.string)
    #expect(try writeErrors(FailingSink(.closed)) == closed)
    let failing = ["ok", "No space left on device", "closed", "closed", "closed", "closed", "ready"].map(Value.string)
    #expect(try writeErrors(FailingSink(.error(28))) == failing)
  }

  @Test func spliceWaitsForBothSides() throws {
    let source = MemorySource([], isFinished: false)
    let sink = MemorySink(capacity: 4)
    let runner = try GuestRunner("io_contract", input: source, output: sink)
    #expect(try runner.start("splice-all").isWaiting)
    source.append(Array("123456".utf8))
    #expect(runner.guest.run().isWaiting)
    #expect(sink.take() == Array("1234".utf8))
    #expect(runner.guest.run().isWaiting)
    #expect(sink.take() == Array("56".utf8))
    source.finish()
    guard case .returned(.integer(6)) = runner.guest.run() else {
      Issue.record("the copy did not end")
      return
    }
  }

  @Test func pollsAreBounded() throws {
    #expect(try GuestRunner("io_contract").value("poll-many", [.integer(60_000)]) == .integer(30_000))
    let message = try GuestRunner("io_contract").trapMessage("poll-many", [.integer(100_000)])
    #expect(message?.contains("at most") == true)
  }

  @Test func stdinBesideATimer() throws {
    let late = try GuestRunner("io_contract", input: MemorySource([], isFinished: false))
    #expect(try late.value("stdin-or-timer", [.integer(5)]) == .integer(1))
    let source = MemorySource([], isFinished: false)
    let early = try GuestRunner("io_contract", input: source)
    #expect(try early.start("stdin-or-timer", [.integer(5)]).isWaiting)
    #expect(early.wakeCount == 0)
    source.append([1])
    #expect(early.wakeCount == 1)
    guard case .returned(.integer(0)) = early.guest.run() else {
      Issue.record("stdin was not ready")
      return
    }
    #expect(early.reactor.pendingCount == 0)
  }
}

private final class FailingSink: OutputSink {
  private let outcome: WriteOutcome

  init(_ outcome: WriteOutcome) { self.outcome = outcome }

  func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome { outcome }
  let room = 10
  let readiness = WaitCondition.ready
}
