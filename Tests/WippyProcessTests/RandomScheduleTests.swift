import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

/// Random programs, stops and wakes on a scheduler without threads: a seed repeats its schedule.
@Suite struct RandomScheduleTests {
  private struct Exits: Sendable {
    var started: [UInt64: Int] = [:]
    var failed: [UInt64: Int] = [:]
    var exits: [UInt64: Int] = [:]
    var monitors: [UInt64: Int] = [:]
  }

  @Test(arguments: 1...40)
  func everyProcessEndsOnceAndNothingStays(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let manual = try ManualScheduler(workers: 3, localQueueSize: 4)
    let scheduler = manual.scheduler
    let exits = Guarded(Exits())
    let programs = Recorder<ScriptedProgram>()
    let pids = Recorder<ProcessID>()

    for _ in 0..<40 {
      let fake = Self.randomProgram(seed: random.next(), manual)
      let limits = ProcessLimits(
        maxExecutionMilliseconds: .random(in: 0...30, using: &random) / 10 * 10,
        maxCPUMilliseconds: .random(in: 0...4, using: &random), cancelGraceMilliseconds: 5)
      let serial = UInt64(programs.events.count + 1)
      programs.record(fake)
      let pid = try scheduler.spawn(
        fake, entry: manual.entry, host: manual.host, limits: limits,
        onStarted: { result in
          exits.change { value in
            if case .started = result {
              value.started[serial, default: 0] += 1
            } else {
              value.failed[serial, default: 0] += 1
            }
          }
        }, onExit: { pid, _ in exits.change { $0.exits[pid.serial, default: 0] += 1 } })
      #expect(pid.serial == serial)
      pids.record(pid)
      scheduler.monitor(pid) { pid, _ in exits.change { $0.monitors[pid.serial, default: 0] += 1 } }
      Self.act(&random, manual, pids.events)
    }
    for _ in 0..<300 { Self.act(&random, manual, pids.events) }
    let report = Recorder<[ProcessID]>()
    scheduler.shutdown(graceMilliseconds: 10) { report.record($0) }
    for _ in 0..<200 { Self.act(&random, manual, pids.events) }
    while manual.runAll() > 0 || manual.reactor.advanceToNextTimer() {}

    #expect(report.events.count == 1, "seed \(seed)")
    let value = exits.value
    for (index, fake) in programs.events.enumerated() {
      let serial = UInt64(index + 1)
      #expect(fake.violations.isEmpty && fake.closes == 1, "seed \(seed)")
      #expect(value.monitors[serial] == 1, "seed \(seed)")
      let started = value.started[serial] ?? 0
      #expect(started + (value.failed[serial] ?? 0) == 1, "seed \(seed)")
      #expect((value.exits[serial] ?? 0) == started, "seed \(seed)")
    }
    #expect(manual.reactor.pendingCount == 0, "seed \(seed)")
    #expect(scheduler.table.all().isEmpty && manual.host.processCount == 0, "seed \(seed)")
  }

  private static func act(_ random: inout SeededGenerator, _ manual: ManualScheduler, _ pids: [ProcessID]) {
    let pid = pids.randomElement(using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0: if let pid { manual.scheduler.terminate(pid) }
    case 1: if let pid { manual.scheduler.cancel(pid, reason: "random") }
    case 2: manual.scheduler.tick()
    case 3: manual.reactor.advance(byMilliseconds: 1)
    case 4: _ = manual.scheduler.list()
    default: _ = manual.scheduler.runOne(worker: .random(in: 0..<3, using: &random))
    }
  }

  /// Yields, waits for timers, wakes itself during its step, computes, and ends or does not.
  private static func randomProgram(seed: UInt64, _ manual: ManualScheduler) -> ScriptedProgram {
    let generator = Guarded(SeededGenerator(seed: seed))
    let (scheduler, reactor) = (manual.scheduler, manual.reactor)
    let starts = seed % 5
    let onCancel: (@Sendable (String?) -> Void)? = if seed % 3 == 0 { { _ in } } else { nil }
    return ScriptedProgram(onCancel: onCancel) { context, number in
      let choice = generator.change { generator in Int.random(in: 0..<12, using: &generator) }
      if UInt64(number) == starts { return .started }
      switch choice {
      case 0: return .exit(.normal(nil))
      case 1: return .exit(.trap(Trap(message: "unreachable")))
      case 2, 3:
        context.wake()
        return .wait
      case 4, 5, 6:
        let deadline = context.reactor.now().advanced(byNanoseconds: UInt64(choice) * 400_000)
        _ = context.reactor.schedule(at: deadline) { context.wake() }
        return .wait
      case 7:
        reactor.advance(byNanoseconds: 700_000)
        scheduler.tick()
        _ = context.interruption()
        return .yield
      case 8:
        scheduler.terminate(context.pid)
        return .wait
      default: return .yield
      }
    }
  }
}
