import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct TimerQueueTests {
  private func time(_ nanoseconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

  @Test func timersComeInTheOrderOfTheirDeadlines() {
    let heard = Recorder<Int>()
    var queue = TimerQueue()
    for (id, deadline) in [(1, 30), (2, 10), (3, 20), (4, 10)] {
      queue.insert(id: UInt64(id), at: time(UInt64(deadline))) { heard.record(id) }
    }
    #expect(queue.nextDeadline() == time(10))
    while let (_, action) = queue.popDue(at: time(20)) { action() }
    #expect(heard.events == [2, 4, 3])
    #expect(queue.nextDeadline() == time(30))
  }

  @Test func aCancelledTimerFreesItsClosureAtOnce() {
    final class Witness: Sendable {}
    var queue = TimerQueue()
    weak var witness: Witness?
    do {
      let strong = Witness()
      witness = strong
      queue.insert(id: 1, at: time(10)) { withExtendedLifetime(strong) {} }
    }
    #expect(witness != nil)
    _ = queue.cancel(id: 1)
    #expect(witness == nil)
    #expect(queue.cancel(id: 1) == nil)
    #expect(queue.nextDeadline() == nil)
  }

  @Test func deadTimersDoNotPileUp() {
    var queue = TimerQueue()
    queue.insert(id: 0, at: time(1)) {}
    for id in 1..<100_000 as Range<UInt64> {
      queue.insert(id: id, at: time(1_000_000)) {}
      _ = queue.cancel(id: id)
    }
    #expect(queue.count == 1)
    #expect(queue.heapCount <= 66)
  }
}
