import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

/// A component in a component: whatever happens in the inner one happens to the whole process.
@Suite struct ComposedTests {
  @Test func theInnerComponentParksTheProcess() throws {
    let runner = try GuestRunner("composed")
    #expect(try runner.start("nap", [.integer(100)]).isWaiting)
    #expect(runner.reactor.pendingCount == 1)
    runner.reactor.advance(byMilliseconds: 100)
    // It sleeps twice.
    #expect(runner.guest.run().isWaiting)
    runner.reactor.advance(byMilliseconds: 100)
    guard case .returned(let value) = runner.guest.run() else {
      Issue.record("the nap did not end")
      return
    }
    #expect(value == .integer(2))
    #expect(runner.guest.handles.count == 0)
  }

  @Test func stringsAreTranscodedOnTheWay() throws {
    #expect(try GuestRunner("composed").value("greet", [.string("Jürgen 🦀")]) == .string("Hello, Jürgen 🦀"))
  }

  @Test func anAbandonedNapLeavesNothingBehind() throws {
    let runner = try GuestRunner("composed")
    #expect(try runner.start("nap", [.integer(100)]).isWaiting)
    runner.guest.abandon()
    #expect(runner.reactor.pendingCount == 0)
  }
}
