import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

@Suite struct SleeperTests {
  @Test func sleepParksUntilTheTimer() throws {
    let runner = try GuestRunner("sleeper")
    #expect(try runner.start("sleep-ms", [.integer(250)]).isWaiting)
    #expect(runner.reactor.pendingCount == 1)
    runner.reactor.advance(byMilliseconds: 249)
    #expect(runner.wakeCount == 0)
    #expect(runner.guest.run().isWaiting)
    runner.reactor.advance(byMilliseconds: 1)
    #expect(runner.wakeCount == 1)
    guard case .returned(let value) = runner.guest.run() else {
      Issue.record("the sleep did not end")
      return
    }
    #expect(value == .integer(250))
    #expect(runner.reactor.pendingCount == 0)
  }

  @Test func whatIsReadyDoesNotPark() throws {
    let runner = try GuestRunner("sleeper")
    guard case .returned(let value) = try runner.start("sleep-ms", [.integer(0)]) else {
      Issue.record("a sleep of nothing parked")
      return
    }
    #expect(value == .integer(0))
    #expect(runner.wakeCount == 0)
  }

  @Test func interfaceFunction() throws {
    #expect(try GuestRunner("sleeper").value("test-sleep#sleep-ms", [.integer(5)]) == .integer(5))
  }

  @Test func pollReturnsWhatIsDue() throws {
    let runner = try GuestRunner("sleeper")
    let milliseconds: [Value] = [.integer(30), .integer(10), .integer(50), .integer(10)]
    #expect(try runner.start("first-of", [.array(milliseconds)]).isWaiting)
    // One timer for all of them.
    #expect(runner.reactor.pendingCount == 1)
    #expect(runner.reactor.advanceToNextTimer())
    guard case .returned(let ready) = runner.guest.run() else {
      Issue.record("poll did not return")
      return
    }
    #expect(ready == .array([.integer(1), .integer(3)]))
    #expect(runner.guest.handles.count == 0)
  }

  @Test func pollOfNothingTraps() throws {
    let message = try GuestRunner("sleeper").trapMessage("first-of", [.array([])])
    #expect(message?.contains("no pollables") == true)
  }

  @Test func pollOfTooMuchTraps() throws {
    let many = [Value](repeating: .integer(1), count: 70_000)
    let message = try GuestRunner("sleeper", maximumHandles: 100_000).trapMessage("first-of", [.array(many)])
    #expect(message?.contains("70000 pollables") == true)
  }

  @Test func abandonedWaitLeavesNothingBehind() throws {
    let runner = try GuestRunner("sleeper")
    #expect(try runner.start("sleep-forever", [.integer(1000)]).isWaiting)
    #expect(runner.reactor.pendingCount == 1)
    runner.guest.abandon()
    #expect(runner.reactor.pendingCount == 0)
  }

  @Test func farDeadlineNeverComes() throws {
    let runner = try GuestRunner("sleeper")
    #expect(try runner.start("sleep-ms", [.unsigned(.max / 1_000_000)]).isWaiting)
    runner.reactor.advance(byMilliseconds: 1_000_000)
    #expect(runner.guest.run().isWaiting)
  }
}
