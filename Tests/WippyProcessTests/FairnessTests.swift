import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct FairnessTests {
  @Test func aSliceEndsOnlyWhenSomebodyWaits() throws {
    let manual = try ManualScheduler()
    let (scheduler, reactor) = (manual.scheduler, manual.reactor)
    let other = program { _, _ in .wait }
    let (entry, host) = (manual.entry, manual.host)
    let fake = program { context, _ in
      #expect(context.interruption() == .proceed)
      reactor.advance(byMilliseconds: 5)
      scheduler.tick()
      #expect(context.interruption() == .proceed, "nobody waits")
      _ = try? scheduler.spawn(other, entry: entry, host: host)
      #expect(context.interruption() == .yield)
      return .exit(.normal(nil))
    }
    try manual.spawn(fake)
    manual.runAll()
    #expect(fake.interrupts == 0)
    #expect(other.steps == 2)
  }

  @Test func theTickerInterruptsWhoseSliceIsOver() throws {
    let manual = try ManualScheduler()
    let (scheduler, reactor) = (manual.scheduler, manual.reactor)
    let fake = program { context, _ in
      scheduler.tick()
      #expect(context.interruption() == .proceed, "its slice has just begun")
      reactor.advance(byMilliseconds: 1)
      scheduler.tick()
      #expect(context.interruption() == .yield)
      return .exit(.normal(nil))
    }
    try manual.spawn(fake)
    try manual.spawn(program { _, _ in .wait })
    manual.runAll()
    #expect(fake.interrupts == 1)
  }

  @Test func whoComputesIsQueuedBehindTheOthers() throws {
    let manual = try ManualScheduler()
    let order = Recorder<Int>()
    for index in 0..<3 {
      try manual.spawn(
        program { _, number in
          order.record(index)
          return number == 3 ? .exit(.normal(nil)) : .yield
        })
    }
    manual.runAll()
    #expect(order.events == [0, 1, 2, 0, 1, 2, 0, 1, 2])
  }

  @Test func aBusyLocalQueueDoesNotStarveTheSharedOne() throws {
    let manual = try ManualScheduler()
    let heard = Recorder<Int>()
    // It wakes itself, so that it is always in the worker's own queue.
    try manual.spawn(
      program { context, number in
        heard.record(number)
        context.wake()
        return .wait
      })
    manual.runAll(limit: 5)
    let outsider = program { _, _ in .exit(.normal(nil)) }
    try manual.spawn(outsider)
    // 61 steps, and what is left of a chain of steps that wake each other.
    manual.runAll(limit: 61 + Worker.maxChain)
    #expect(outsider.closes == 1)
  }
}
