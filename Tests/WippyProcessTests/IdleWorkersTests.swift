import Testing

@testable import WippyProcess

@Suite struct IdleWorkersTests {
  @Test func oneWorkerIsWokenAtATime() {
    var idle = IdleWorkers(total: 3)
    idle.park(0, wasWaking: false)
    idle.park(2, wasWaking: false)
    #expect(idle.canWake)
    #expect(idle.wakeOne() == .init(worker: 2))
    #expect(!idle.canWake)
    #expect(idle.wakeOne() == .init())
    idle.found()
    #expect(idle.wakeOne() == .init(worker: 0))
  }

  @Test func aWokenWorkerThatFindsNothingParksAgain() {
    var idle = IdleWorkers(total: 1)
    idle.park(0, wasWaking: false)
    _ = idle.wakeOne()
    idle.park(0, wasWaking: true)
    #expect(idle.waking == 0)
    #expect(idle.wakeOne().worker == 0)
  }

  @Test func whoWakesItselfIsNotWokenTwice() {
    var idle = IdleWorkers(total: 1)
    idle.park(0, wasWaking: false)
    #expect(idle.unpark(0) == .init())
    #expect(idle.wakeOne() == .init())
    idle.park(0, wasWaking: false)
    _ = idle.wakeOne()
    #expect(idle.unpark(0) == nil)
  }

  @Test func theTickerSleepsOnlyWithAllWorkers() {
    var idle = IdleWorkers(total: 2)
    idle.park(0, wasWaking: false)
    #expect(idle.parkTicker() == false)
    idle.park(1, wasWaking: false)
    #expect(idle.parkTicker() == true)
    #expect(idle.wakeOne() == .init(worker: 1, ticker: true))
    #expect(!idle.isTickerAsleep)
    #expect(idle.unpark(0) == .init(worker: nil, ticker: false))
  }
}
