import Testing
import WippyTestKit

@testable import WippyProcess

@Suite struct BlockingPoolTests {
  @Test func itGrowsToItsBoundThenQueuesThenRefuses() {
    var state = BlockingPoolState(maxThreads: 2, maxQueue: 1)
    #expect(state.submit {} == .startThread)
    #expect(state.submit {} == .startThread)
    guard case .run = state.next(wasIdle: false, timedOut: false) else { return #expect(Bool(false)) }
    guard case .run = state.next(wasIdle: false, timedOut: false) else { return #expect(Bool(false)) }
    #expect(state.submit {} == BlockingPoolState.SubmitAction.none)
    #expect(state.submit {} == .refuse)
  }

  @Test func anIdleThreadIsUsedBeforeANewOne() {
    var state = BlockingPoolState(maxThreads: 4, maxQueue: 1)
    _ = state.submit {}
    _ = state.next(wasIdle: false, timedOut: false)
    guard case .wait = state.next(wasIdle: false, timedOut: false) else { return #expect(Bool(false)) }
    #expect(state.submit {} == .signal)
    #expect(state.submit {} == .startThread, "the idle one has work already")
  }

  @Test func anIdleThreadLeavesUnlessWorkHasCome() {
    var state = BlockingPoolState(maxThreads: 1, maxQueue: 1)
    _ = state.submit {}
    _ = state.next(wasIdle: false, timedOut: false)
    _ = state.next(wasIdle: false, timedOut: false)
    _ = state.submit {}
    guard case .run = state.next(wasIdle: true, timedOut: true) else { return #expect(Bool(false)) }
    _ = state.next(wasIdle: false, timedOut: false)
    guard case .leave = state.next(wasIdle: true, timedOut: true) else { return #expect(Bool(false)) }
    #expect(state.threads == 0 && state.idle == 0)
  }

  @Test func withoutAnyThreadTheWorkIsRefused() {
    var state = BlockingPoolState(maxThreads: 2, maxQueue: 1)
    _ = state.submit {}
    #expect(state.threadFailed() == false)
    #expect(state.queued == 0)
    _ = state.submit {}
    _ = state.next(wasIdle: false, timedOut: false)
    _ = state.submit {}
    #expect(state.threadFailed() == true, "the thread that there is will take it")
  }

  @Test func itRunsMoreWorkThanItHasThreads() async {
    let pool = BlockingPool(maxThreads: 3, maxQueue: 1000, idleMilliseconds: 10_000)
    let done = Recorder<Int>()
    for number in 0..<500 { #expect(pool.submit { done.record(number) }) }
    await done.wait(for: 500)
    #expect(Set(done.events).count == 500)
    #expect(pool.threadCount <= 3)
    pool.stop()
    #expect(!pool.submit {})
  }
}
