import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct StopTests {
  enum Moment: CaseIterable { case queued, starting, startingAndWaiting, runnable, running, waiting }
  enum Stop: CaseIterable { case terminate, cancel, deadline, cpu }

  /// Every way to stop a process, in every state it can be in.
  @Test(arguments: Moment.allCases, Stop.allCases)
  func aStopEndsTheProcessWhereverItIs(moment: Moment, stop: Stop) throws {
    // No processor time passes while nothing runs.
    let needsStep = stop == .cpu
    if needsStep, ![.starting, .running].contains(moment) { return }

    let manual = try ManualScheduler()
    let (scheduler, reactor) = (manual.scheduler, manual.reactor)
    let apply: @Sendable (ProcessID) -> Void = { pid in
      switch stop {
      case .terminate: #expect(scheduler.terminate(pid))
      case .cancel: #expect(scheduler.cancel(pid, reason: "why"))
      case .deadline, .cpu:
        reactor.advance(byMilliseconds: 50)
        scheduler.tick()
      }
    }
    let inStep: @Sendable (any ProcessContext) -> StepOutcome = { context in
      #expect(context.interruption() == .proceed)
      apply(context.pid)
      #expect(context.interruption() == .yield)
      return .yield
    }
    let fake = ScriptedProgram { context, number in
      switch (moment, number) {
      case (.starting, 0): return inStep(context)
      case (.startingAndWaiting, 0): return .wait
      case (_, 0): return .started
      case (.running, 1): return inStep(context)
      case (.waiting, 1): return .wait
      default: return .yield
      }
    }
    let limits = ProcessLimits(
      maxExecutionMilliseconds: stop == .deadline ? 50 : 0, maxCPUMilliseconds: stop == .cpu ? 50 : 0)
    let pid = try manual.spawn(fake, limits: limits)
    switch moment {
    case .queued: apply(pid)
    case .starting, .running: #expect(scheduler.runOne())
    case .startingAndWaiting, .runnable, .waiting:
      #expect(scheduler.runOne())
      apply(pid)
    }
    let steps = fake.steps
    #expect(manual.runAll() <= 1)
    #expect(fake.steps == steps)
    let kind: ExitReason.Kind =
      switch stop {
      case .terminate: .killed
      case .cancel: .cancelled
      case .deadline: .deadline
      case .cpu: .cpu
      }
    let isStarted = [.runnable, .running, .waiting].contains(moment)
    #expect(manual.heard.events == (isStarted ? ["started", "exit \(kind)"] : ["failed \(kind)"]))
    #expect(fake.closes == 1 && fake.violations.isEmpty)
    #expect(fake.interrupts >= ([.starting, .running].contains(moment) ? 1 : 0))
    #expect(!scheduler.terminate(pid) && !scheduler.cancel(pid))
    // Its timers are gone with it.
    #expect(reactor.pendingCount == 0)
  }

  @Test func limitsSayHowFar() throws {
    let manual = try ManualScheduler()
    let heard = Recorder<ExitReason>()
    let reactor = manual.reactor
    let spinner = program { _, _ in
      reactor.advance(byMilliseconds: 4)
      return .yield
    }
    let pid = try manual.spawn(spinner, limits: ProcessLimits(maxCPUMilliseconds: 10))
    manual.scheduler.monitor(pid) { _, reason in heard.record(reason) }
    let sleeper = try manual.spawn(
      program { _, _ in .wait }, limits: ProcessLimits(maxExecutionMilliseconds: 30))
    manual.scheduler.monitor(sleeper) { _, reason in heard.record(reason) }
    manual.runAll()
    #expect(heard.events == [.cpu(LimitExceeded(limit: "max_cpu_ms", allowed: 10, used: 12))])
    reactor.advance(byMilliseconds: 100)
    manual.runAll()
    #expect(heard.events.last == .deadline(LimitExceeded(limit: "max_execution_ms", allowed: 30, used: 30)))
  }

  @Test func waitingUsesNoProcessorTime() throws {
    let manual = try ManualScheduler()
    let pid = try manual.spawn(program { _, _ in .wait }, limits: ProcessLimits(maxCPUMilliseconds: 10))
    manual.runAll()
    manual.reactor.advance(byMilliseconds: 1000)
    manual.scheduler.tick()
    manual.runAll()
    #expect(manual.scheduler.info(pid)?.state == .waiting)
  }

  @Test func aKillIsTheReasonWhateverTheLastStepReturns() throws {
    let manual = try ManualScheduler()
    let scheduler = manual.scheduler
    try manual.spawn(
      program { context, _ in
        scheduler.terminate(context.pid)
        return .exit(.normal(nil))
      })
    manual.runAll()
    #expect(manual.heard.events == ["started", "exit killed"])
  }

  @Test(arguments: [
    (ExitReason.normal(nil), "exit normal"), (.error(nil), "exit error"),
    (.trap(Trap(message: "interrupt")), "exit cancelled"),
  ])
  func afterACancelTheProgramsOwnEndCountsButForTheTrapOfAnInterruption(own: ExitReason, expected: String)
    throws
  {
    let manual = try ManualScheduler()
    let scheduler = manual.scheduler
    try manual.spawn(
      program { context, _ in
        scheduler.cancel(context.pid)
        return .exit(own)
      })
    manual.runAll()
    #expect(manual.heard.events.last == expected)
  }

  @Test func theFirstReasonHoldsButACancelGivesWay() throws {
    let manual = try ManualScheduler()
    let first = try manual.spawn(program { _, _ in .wait }, as: "first")
    let second = try manual.spawn(program { _, _ in .wait }, as: "second")
    manual.runAll()
    manual.scheduler.cancel(first)
    #expect(manual.scheduler.terminate(first))
    manual.scheduler.terminate(second)
    manual.scheduler.end(second, .linked(from: first, .killed))
    manual.runAll()
    #expect(manual.heard.events.suffix(2) == ["first exit killed", "second exit killed"])
  }

  @Test func aProgramThatHandlesACancelDecides() throws {
    let manual = try ManualScheduler()
    let context = Recorder<any ProcessContext>()
    let fake = program(onCancel: { _ in context.events.first?.wake() }) { own, number in
      if number == 1 {
        context.record(own)
        return .wait
      }
      return .exit(.cancelled(reason: "as told"))
    }
    let pid = try manual.spawn(fake, limits: ProcessLimits(cancelGraceMilliseconds: 20))
    manual.runAll()
    #expect(manual.scheduler.cancel(pid, reason: "please"))
    #expect(fake.cancels == ["please"])
    manual.runAll()
    #expect(manual.heard.events == ["started", "exit cancelled"])
    #expect(manual.reactor.pendingCount == 0)
  }

  @Test func whoDoesNotStopInItsGraceTimeIsKilled() throws {
    let manual = try ManualScheduler()
    let fake = program(onCancel: { _ in }) { _, _ in .wait }
    let pid = try manual.spawn(fake, limits: ProcessLimits(cancelGraceMilliseconds: 20))
    manual.runAll()
    manual.scheduler.cancel(pid)
    manual.reactor.advance(byMilliseconds: 19)
    #expect(manual.runAll() == 0)
    // A second cancel is delivered, and does not prolong.
    manual.scheduler.cancel(pid)
    #expect(fake.cancels.count == 2)
    manual.reactor.advance(byMilliseconds: 1)
    manual.runAll()
    #expect(manual.heard.events == ["started", "exit killed"])
    #expect(fake.violations.isEmpty)
  }
}
