import Glibc
import Synchronization
import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

/// `Scheduler.stepHere`: steps on threads that are no workers.
@Suite struct BorrowedWorkerTests {
  private let scheduler: Scheduler
  private let host: Host

  init() throws {
    scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: 1), reactor: VirtualReactor())
    host = scheduler.makeHost(id: EntryID(namespace: "test", name: "host"))
  }

  private func spawn(_ program: ScriptedProgram, _ ends: Ends) throws {
    _ = try scheduler.spawn(
      program, entry: EntryID(namespace: "test", name: "program"), host: host, onExit: { _, _ in ends.add() })
  }

  private final class Ends: Sendable {
    private let number = Mutex(0)
    var count: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
  }

  private final class Wake: Sendable {
    private let action = Mutex<(@Sendable () -> Void)?>(nil)
    func set(_ new: @escaping @Sendable () -> Void) { action.withLock { $0 = new } }
    func call() { action.withLock { $0 }?() }
  }

  /// Waits to be woken once, and ends.
  private func waiting(_ wake: Wake) -> ScriptedProgram {
    ScriptedProgram { context, number in
      switch number {
      case 0: return .started
      case 1:
        wake.set { context.wake() }
        return .wait
      default: return .exit(.normal(nil))
      }
    }
  }

  @Test func whatEndsAtOnceHasEnded() throws {
    let ends = Ends()
    let thread = pthread_self()
    let program = ScriptedProgram { _, number in
      #expect(pthread_equal(pthread_self(), thread) != 0)
      return number == 0 ? .started : .exit(.normal(nil))
    }
    var failure: (any Error)?
    scheduler.stepHere {
      do { try spawn(program, ends) } catch { failure = error }
      // Not within the closure, which may hold a lock.
      #expect(program.steps == 0)
    }
    #expect(failure == nil)
    #expect(ends.count == 1)
    #expect(program.closes == 1)
    #expect(program.violations.isEmpty)
    #expect(host.processCount == 0)
  }

  @Test func whatIsNotOverGoesToTheWorkers() throws {
    let ends = Ends()
    let wake = Wake()
    let yielding = ScriptedProgram { _, number in number == 0 ? .started : number == 1 ? .yield : .exit(.normal(nil)) }
    let waiting = waiting(wake)
    scheduler.stepHere {
      try? spawn(yielding, ends)
      try? spawn(waiting, ends)
    }
    #expect(yielding.steps == 2)
    #expect(waiting.steps == 2)
    #expect(ends.count == 0)
    #expect(scheduler.runOne())
    #expect(ends.count == 1)
    #expect(!scheduler.runOne())
    wake.call()
    #expect(scheduler.runOne())
    #expect(ends.count == 2)
    #expect(yielding.violations.isEmpty && waiting.violations.isEmpty)
  }

  @Test func whatIsWokenIsSteppedHere() throws {
    let ends = Ends()
    let wake = Wake()
    let program = waiting(wake)
    try spawn(program, ends)
    while scheduler.runOne() {}
    scheduler.stepHere {
      wake.call()
      // Twice is once.
      wake.call()
      #expect(program.steps == 2)
    }
    #expect(ends.count == 1)
    #expect(!scheduler.runOne())
    #expect(program.violations.isEmpty)
  }

  @Test func whatIsSpawnedInAStepIsQueued() throws {
    let ends = Ends()
    let inner = ScriptedProgram { _, number in number == 0 ? .started : .exit(.normal(nil)) }
    let outer = ScriptedProgram { _, number in
      guard number > 0 else { return .started }
      try? spawn(inner, ends)
      return .exit(.normal(nil))
    }
    scheduler.stepHere { try? spawn(outer, ends) }
    #expect(ends.count == 1)
    #expect(inner.steps == 0)
    #expect(scheduler.runOne())
    #expect(ends.count == 2)
  }

  @Test func whereNoneIsLeftProcessesAreQueued() throws {
    let ends = Ends()
    let program = ScriptedProgram { _, number in number == 0 ? .started : .exit(.normal(nil)) }
    let nested = ScriptedProgram { _, number in number == 0 ? .started : .exit(.normal(nil)) }
    // The only one is in use while the closure runs.
    scheduler.stepHere {
      scheduler.stepHere { try? spawn(nested, ends) }
      try? spawn(program, ends)
    }
    while scheduler.runOne() {}
    #expect(ends.count == 2)
    #expect(program.closes == 1 && nested.closes == 1)
  }

  @Test func aLongStepGivesItsThreadBack() throws {
    let reactor = try EpollReactor()
    let scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: 1), reactor: reactor)
    defer { reactor.stop() }
    let host = scheduler.makeHost(id: EntryID(namespace: "test", name: "host"))
    try scheduler.start()
    let ends = Ends()
    let isOver = Atomic<Bool>(false)
    // Nobody else wants the processor: it is told to yield all the same.
    let program = ScriptedProgram { context, number in
      if number == 0 { return .started }
      if isOver.load(ordering: .relaxed) { return .exit(.normal(nil)) }
      while !isOver.load(ordering: .relaxed), context.interruption() == .proceed {}
      return .yield
    }
    scheduler.stepHere {
      _ = try? scheduler.spawn(
        program, entry: EntryID(namespace: "test", name: "program"), host: host, onExit: { _, _ in ends.add() })
    }
    // Back here while the process goes on.
    #expect(ends.count == 0)
    isOver.store(true, ordering: .relaxed)
    scheduler.stop()
    #expect(program.closes == 1)
    #expect(program.violations.isEmpty)
  }
}
