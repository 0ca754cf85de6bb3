import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

/// The scheduler with its threads. Nothing here waits for time to pass: only for events.
@Suite(.serialized) struct ThreadedSchedulerTests {
  private let entry = EntryID(namespace: "test", name: "program")

  private func withScheduler(
    workers: Int = 4, _ body: (Scheduler, Host) async throws -> Void
  ) async throws {
    let reactor = try EpollReactor()
    let scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: workers), reactor: reactor)
    try scheduler.start()
    let host = scheduler.makeHost(id: EntryID(namespace: "test", name: "host"))
    try await body(scheduler, host)
    _ = await scheduler.shutdown(graceMilliseconds: 2000)
    #expect(scheduler.table.all().isEmpty && host.processCount == 0)
    scheduler.stop()
    #expect(reactor.pendingCount == 0)
    reactor.stop()
  }

  /// Computes until it is interrupted.
  private static func spinner(_ context: any ProcessContext) -> StepOutcome {
    while context.interruption() == .proceed {}
    return .yield
  }

  @Test func startAndExitReasonCanBeAwaited() async throws {
    try await withScheduler { scheduler, host in
      let pid = try await scheduler.start(
        ScriptedProgram { _, number in number == 0 ? .started : .wait }, entry: entry, host: host)
      async let reason = scheduler.exitReason(of: pid)
      scheduler.terminate(pid)
      let heard = await reason
      // The process may be gone before anybody asks.
      #expect(heard == .killed || heard == .noproc)
      #expect(await scheduler.exitReason(of: pid) == .noproc)
      await #expect(throws: ProcessError.startFailed(.start("no"))) {
        try await scheduler.start(ScriptedProgram { _, _ in .exit(.start("no")) }, entry: entry, host: host)
      }
    }
  }

  @Test func oneWorkerIsSharedByEndlessLoops() async throws {
    try await withScheduler(workers: 1) { scheduler, host in
      let exits = Recorder<ExitReason.Kind>()
      for _ in 0..<3 {
        _ = try scheduler.spawn(
          program { context, _ in Self.spinner(context) }, entry: entry, host: host,
          limits: ProcessLimits(maxCPUMilliseconds: 200), onExit: { _, reason in exits.record(reason.kind) })
      }
      _ = try scheduler.spawn(
        program { _, _ in .exit(.normal(nil)) }, entry: entry, host: host,
        onExit: { _, reason in exits.record(reason.kind) })
      await exits.wait(for: 4)
      #expect(exits.events.first == .normal)
      #expect(exits.events.count { $0 == .cpu } == 3)
    }
  }

  @Test func theDeadlineEndsALoopAndASleeper() async throws {
    try await withScheduler { scheduler, host in
      let exits = Recorder<ExitReason.Kind>()
      for isLoop in [true, false] {
        _ = try scheduler.spawn(
          program { context, _ in isLoop ? Self.spinner(context) : .wait }, entry: entry, host: host,
          limits: ProcessLimits(maxExecutionMilliseconds: 20),
          onExit: { _, reason in exits.record(reason.kind) })
      }
      await exits.wait(for: 2)
      #expect(exits.events == [.deadline, .deadline])
    }
  }

  @Test func whatALongStepQueuesIsTakenByAnotherWorker() async throws {
    try await withScheduler(workers: 2) { scheduler, host in
      let exits = Recorder<String>()
      let entry = entry
      // It never looks at its interruption: only another worker can run the one it spawned.
      let selfish = program { context, number in
        guard number == 1 else { return .exit(.normal(nil)) }
        let child = program { _, _ in .exit(.normal(nil)) }
        _ = try? scheduler.spawn(child, entry: entry, host: host, onExit: { _, _ in exits.record("child") })
        while exits.events.isEmpty {}
        return .exit(.normal(nil))
      }
      _ = try scheduler.spawn(selfish, entry: entry, host: host, onExit: { _, _ in exits.record("parent") })
      await exits.wait(for: 2)
      #expect(exits.events == ["child", "parent"])
    }
  }

  @Test func noWakeIsLostBetweenThreads() async throws {
    try await withScheduler { scheduler, host in
      let exits = Recorder<ExitReason.Kind>()
      let rounds = 2000
      for _ in 0..<8 {
        // Each round is a wake from a blocking thread: every one has to arrive.
        let arrived = Guarded(0)
        let fake = program { context, _ in
          if arrived.value == rounds { return .exit(.normal(nil)) }
          _ = context.reactor.runBlocking {
            arrived.change { $0 += 1 }
            context.wake()
          }
          return .wait
        }
        _ = try scheduler.spawn(
          fake, entry: entry, host: host, onExit: { _, reason in exits.record(reason.kind) })
      }
      await exits.wait(for: 8)
      #expect(exits.events.allSatisfy { $0 == .normal })
    }
  }

  @Test func manySpawnsAndKillsLeaveNothing() async throws {
    try await withScheduler { scheduler, host in
      let count = 6000
      let exits = Recorder<UInt64>()
      let programs = Recorder<ScriptedProgram>()
      var random = SeededGenerator(seed: 7)
      for index in 0..<count {
        let fake = program { context, number in
          switch index % 4 {
          case 0: return Self.spinner(context)
          case 1: return .wait
          case 2: return number < 3 ? .yield : .exit(.trap(Trap(message: "unreachable")))
          default:
            context.wake()
            return number < 5 ? .wait : .exit(.normal(nil))
          }
        }
        programs.record(fake)
        let pid = try scheduler.spawn(fake, entry: entry, host: host)
        scheduler.monitor(pid) { pid, _ in exits.record(pid.serial) }
        // From this thread, while workers start, run and close it.
        if index % 4 < 2 || Bool.random(using: &random) { scheduler.terminate(pid) }
        if index % 64 == 0 { _ = scheduler.list() }
      }
      await exits.wait(for: count)
      #expect(exits.events.count == count && Set(exits.events).count == count)
      // Those whose observers have been told are closed.
      #expect(programs.events.allSatisfy { $0.closes == 1 && $0.violations.isEmpty })
    }
  }

  @Test func anInterruptNeverReachesAClosedProgram() async throws {
    try await withScheduler { scheduler, host in
      let programs = Recorder<ScriptedProgram>()
      for index in 0..<2000 {
        // It ends by itself at about the time when several threads end, cancel and ask about it.
        let fake = program { context, _ in
          while index % 2 == 0, context.interruption() == .proceed {}
          return .exit(.normal(nil))
        }
        programs.record(fake)
        let pid = try scheduler.spawn(fake, entry: entry, host: host)
        for _ in 0..<2 {
          _ = scheduler.reactor.runBlocking {
            _ = scheduler.info(pid)
            scheduler.terminate(pid)
          }
        }
        if index % 100 == 99 { _ = await scheduler.exitReason(of: pid) }
      }
      _ = await scheduler.shutdown(graceMilliseconds: 2000)
      #expect(programs.events.allSatisfy { $0.violations.isEmpty && $0.closes == 1 })
    }
  }

  @Test func shutdownReportsWhatItHadToKill() async throws {
    try await withScheduler { scheduler, host in
      let stubborn = try await scheduler.start(
        program(onCancel: { _ in }) { _, _ in .wait }, entry: entry, host: host)
      for _ in 0..<100 {
        _ = try await scheduler.start(program { _, _ in .wait }, entry: entry, host: host)
      }
      #expect(await scheduler.shutdown(graceMilliseconds: 20) == [stubborn])
    }
  }
}
