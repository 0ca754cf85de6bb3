import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct LifecycleTests {
  @Test func aProcessStartsRunsAndIsClosedBeforeItsEndIsTold() throws {
    let manual = try ManualScheduler()
    let heard = manual.heard
    let fake = program(onClose: { heard.record("closed") }) { _, _ in .exit(.normal(.integer(1))) }
    let pid = try manual.spawn(fake)
    manual.scheduler.monitor(pid) { _, reason in heard.record("monitor \(reason.kind)") }
    #expect(heard.events.isEmpty)
    manual.runAll()
    #expect(heard.events == ["started", "closed", "exit normal", "monitor normal"])
    #expect(fake.closes == 1 && fake.violations.isEmpty)
    #expect(manual.host.processCount == 0)
    #expect(manual.scheduler.info(pid) == nil)
  }

  @Test func anExitBeforeStartedIsAFailedSpawn() throws {
    let manual = try ManualScheduler()
    let heard = manual.heard
    let fake = ScriptedProgram(onClose: { heard.record("closed") }) { _, number in
      number == 0 ? .yield : .exit(.start("no such export"))
    }
    let pid = try manual.spawn(fake)
    manual.scheduler.monitor(pid) { _, reason in heard.record("monitor \(reason.kind)") }
    #expect(manual.scheduler.runOne())
    #expect(manual.scheduler.list().isEmpty)
    #expect(manual.scheduler.info(pid)?.state == .starting)
    manual.runAll()
    #expect(heard.events == ["closed", "failed start", "monitor noproc"])
  }

  @Test func aMonitorOfAProcessThatIsGoneHearsNoprocOnce() throws {
    let manual = try ManualScheduler()
    let heard = Recorder<ExitReason>()
    let pid = try manual.spawn(program { _, _ in .exit(.normal(nil)) })
    manual.runAll()
    let token = manual.scheduler.monitor(pid) { _, reason in heard.record(reason) }
    #expect(heard.events == [.noproc])
    #expect(!manual.scheduler.demonitor(token))
    let elsewhere = ProcessID(node: "other", host: pid.host, serial: pid.serial)
    manual.scheduler.monitor(elsewhere) { _, reason in heard.record(reason) }
    #expect(heard.events == [.noproc, .noproc])
  }

  @Test func aMonitorThatIsTakenBackHearsNothing() throws {
    let manual = try ManualScheduler()
    let heard = Recorder<Int>()
    let pid = try manual.spawn(program { _, _ in .wait })
    let first = manual.scheduler.monitor(pid) { _, _ in heard.record(1) }
    manual.scheduler.monitor(pid) { _, _ in heard.record(2) }
    #expect(manual.scheduler.demonitor(first))
    #expect(!manual.scheduler.demonitor(first))
    manual.scheduler.terminate(pid)
    manual.runAll()
    #expect(heard.events == [2])
  }

  @Test func serialsCountUpOverAllHosts() throws {
    let manual = try ManualScheduler()
    let other = manual.scheduler.makeHost(id: EntryID(namespace: "test", name: "other"))
    let first = try manual.spawn(program { _, _ in .exit(.normal(nil)) })
    manual.runAll()
    let second = try manual.scheduler.spawn(program { _, _ in .wait }, entry: manual.entry, host: other)
    #expect(first.description == "{test:host|0x00001}")
    #expect(second.description == "{test:other|0x00002}")
  }

  @Test func aFullHostSaysSoAndAnObserverMaySpawnTheSuccessor() throws {
    let manual = try ManualScheduler(maxProcesses: 1)
    let (scheduler, entry, host, heard) = (manual.scheduler, manual.entry, manual.host, manual.heard)
    let pid = try manual.spawn(program { _, _ in .wait })
    let refused = program { _, _ in .wait }
    #expect(throws: ProcessError.hostFull(host: "test:host", maxProcesses: 1)) { try manual.spawn(refused) }
    #expect(refused.steps == 0 && refused.closes == 0)
    scheduler.monitor(pid) { _, _ in
      do {
        _ = try scheduler.spawn(program { _, _ in .wait }, entry: entry, host: host)
        heard.record("successor")
      } catch {
        heard.record("\(error)")
      }
    }
    scheduler.terminate(pid)
    manual.runAll()
    #expect(heard.events.last == "successor")
  }

  @Test func theHostsQueueBoundsSpawnsThatHaveNotBegun() throws {
    let manual = try ManualScheduler(queueSize: 2)
    try manual.spawn(program { _, _ in .wait })
    try manual.spawn(program { _, _ in .wait })
    #expect(throws: ProcessError.hostQueueFull(host: "test:host", queueSize: 2)) {
      try manual.spawn(program { _, _ in .wait })
    }
    manual.runAll()
    #expect(throws: Never.self) { try manual.spawn(program { _, _ in .wait }) }
  }

  @Test func aWaitingProcessGoesOnWhenItIsWoken() throws {
    let manual = try ManualScheduler()
    let fake = program { context, number in
      if number == 3 { return .exit(.normal(nil)) }
      let deadline = context.reactor.now().advanced(byNanoseconds: 5_000_000)
      _ = context.reactor.schedule(at: deadline) { context.wake() }
      return .wait
    }
    let pid = try manual.spawn(fake)
    manual.runAll()
    #expect(manual.scheduler.info(pid)?.state == .waiting)
    #expect(manual.scheduler.info(pid)?.waitsFor == "the test")
    manual.reactor.advance(byMilliseconds: 4)
    #expect(manual.runAll() == 0)
    manual.reactor.advance(byMilliseconds: 1)
    manual.runAll()
    manual.reactor.advance(byMilliseconds: 5)
    manual.runAll()
    #expect(manual.heard.events == ["started", "exit normal"])
  }

  @Test func aSpawnFromAStepGoesToTheWorkersOwnQueue() throws {
    let manual = try ManualScheduler(workers: 2)
    let (scheduler, entry, host) = (manual.scheduler, manual.entry, manual.host)
    try manual.spawn(
      program { _, _ in
        _ = try? scheduler.spawn(program { _, _ in .wait }, entry: entry, host: host)
        return .wait
      })
    #expect(scheduler.injection.count == 1)
    #expect(scheduler.runOne(worker: 1))
    #expect(scheduler.workers[1].queue.count == 1 && scheduler.injection.count == 0)
    // An idle worker takes it.
    #expect(scheduler.runOne(worker: 0))
    #expect(scheduler.workers[1].queue.count == 0)
  }

  @Test func aFullLocalQueueSpills() throws {
    let manual = try ManualScheduler(localQueueSize: 4)
    let (scheduler, entry, host) = (manual.scheduler, manual.entry, manual.host)
    try manual.spawn(
      program { _, _ in
        for _ in 0..<20 {
          _ = try? scheduler.spawn(program { _, _ in .exit(.normal(nil)) }, entry: entry, host: host)
        }
        return .exit(.normal(nil))
      })
    #expect(scheduler.runOne())
    #expect(scheduler.workers[0].queue.count <= 4)
    #expect(scheduler.injection.count + scheduler.workers[0].queue.count == 20)
    manual.runAll()
    #expect(host.processCount == 0)
  }

  @Test func listsShowWhatHasStarted() throws {
    let manual = try ManualScheduler()
    let reactor = manual.reactor
    let fake = program { _, _ in
      reactor.advance(byMilliseconds: 3)
      return .wait
    }
    let pid = try manual.spawn(fake)
    #expect(manual.scheduler.list().isEmpty)
    manual.runAll()
    reactor.advance(byMilliseconds: 10)
    let info = try #require(manual.scheduler.list().first)
    #expect(info.pid == pid && info.entry == manual.entry && info.host == "test:host")
    #expect(info.memory == 4096 && info.cpuTime == 3_000_000 && info.age == 13_000_000)
  }

  @Test(arguments: [
    SchedulerConfiguration(workers: 2000), SchedulerConfiguration(tickMilliseconds: 0),
    SchedulerConfiguration(tickMilliseconds: 11),
    SchedulerConfiguration(tickMilliseconds: 5, sliceMilliseconds: 1),
    SchedulerConfiguration(localQueueSize: 1),
  ])
  func badConfigurationIsAnError(configuration: SchedulerConfiguration) {
    #expect(throws: ProcessError.self) {
      try Scheduler(configuration: configuration, reactor: VirtualReactor())
    }
  }
}
