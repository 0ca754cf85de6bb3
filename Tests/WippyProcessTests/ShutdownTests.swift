import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct ShutdownTests {
  @Test func itCancelsThenKillsAndReportsWhatItKilled() throws {
    let manual = try ManualScheduler()
    let report = Recorder<[ProcessID]>()
    try manual.spawn(program { _, _ in .wait }, as: "meek")
    let stubborn = program(onCancel: { _ in }) { _, _ in .wait }
    let pid = try manual.spawn(stubborn, as: "stubborn")
    manual.runAll()
    manual.scheduler.shutdown(graceMilliseconds: 100) { report.record($0) }
    #expect(throws: ProcessError.hostClosed(host: "test:host")) {
      try manual.spawn(program { _, _ in .wait })
    }
    manual.runAll()
    #expect(manual.heard.events.last == "meek exit cancelled")
    #expect(stubborn.cancels == ["shutdown"])
    #expect(report.events.isEmpty)
    manual.reactor.advance(byMilliseconds: 100)
    manual.runAll()
    #expect(manual.heard.events.last == "stubborn exit killed")
    #expect(report.events == [[pid]])
    #expect(manual.reactor.pendingCount == 0)
  }

  @Test func itIsOverAtOnceWhenNothingRuns() throws {
    let manual = try ManualScheduler()
    let report = Recorder<[ProcessID]>()
    manual.scheduler.shutdown(graceMilliseconds: 100) { report.record($0) }
    #expect(report.events == [[]])
    #expect(manual.reactor.pendingCount == 0)
  }

  @Test func itReachesProcessesThatAreStarting() throws {
    let manual = try ManualScheduler()
    let report = Recorder<[ProcessID]>()
    try manual.spawn(ScriptedProgram { _, _ in .wait })
    manual.runAll()
    manual.scheduler.shutdown(graceMilliseconds: 100) { report.record($0) }
    manual.runAll()
    #expect(manual.heard.events == ["failed cancelled"])
    #expect(report.events == [[]])
  }

  @Test func oneHostCanBeShutDownAlone() throws {
    let manual = try ManualScheduler()
    let report = Recorder<[ProcessID]>()
    let other = manual.scheduler.makeHost(id: EntryID(namespace: "test", name: "other"))
    try manual.spawn(program { _, _ in .wait })
    let survivor = try manual.scheduler.spawn(program { _, _ in .wait }, entry: manual.entry, host: other)
    manual.runAll()
    manual.scheduler.shutdown(manual.host, graceMilliseconds: 10) { report.record($0) }
    manual.runAll()
    #expect(report.events == [[]])
    #expect(manual.scheduler.info(survivor)?.state == .waiting)
  }

  @Test func whoDoesNotListenToAKillDoesNotKeepIt() throws {
    let manual = try ManualScheduler()
    let (scheduler, reactor) = (manual.scheduler, manual.reactor)
    let report = Recorder<[ProcessID]>()
    let pid = try manual.spawn(
      program { _, _ in
        scheduler.shutdown(graceMilliseconds: 100) { report.record($0) }
        reactor.advance(byMilliseconds: 60_000)
        return .exit(.normal(nil))
      })
    manual.runAll()
    #expect(report.events == [[pid]])
  }
}
