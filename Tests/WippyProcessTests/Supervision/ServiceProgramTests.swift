import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

struct ServiceProgramTests {
  typealias Base = SupervisorProgramTests

  static func specification(stop: UInt64 = 1_000_000_000) -> ServiceSpecification {
    ServiceSpecification(process: Base.entry("worker"), stopTimeout: stop)
  }

  /// Each change of state, once.
  private func service(
    _ specification: ServiceSpecification, _ states: Recorder<String>
  ) -> ServiceProgram {
    ServiceProgram(
      specification,
      observer: { _, status in
        if states.events.last != status.state.rawValue { states.record(status.state.rawValue) }
      }, random: { 0 })
  }

  @Test func itRestartsAfterItsDelay() throws {
    let manual = try ManualScheduler()
    let states = Recorder<String>()
    manual.scheduler.install(Base.Factory(host: manual.host) { _ in .success(Base.guest()) })
    let pid = try manual.spawn(service(Self.specification(), states), as: "service")
    manual.runAll()
    #expect(states.events == ["starting", "running"])
    let worker = try #require(manual.scheduler.list().last { $0.pid != pid }?.pid)
    manual.scheduler.terminate(worker)
    manual.runAll()
    #expect(manual.scheduler.list().count == 1)
    manual.reactor.advance(byMilliseconds: 999)
    manual.runAll()
    #expect(manual.scheduler.list().count == 1)
    manual.reactor.advance(byMilliseconds: 1)
    manual.runAll()
    #expect(manual.scheduler.list().last?.restarts == 1)
    manual.scheduler.cancel(pid, reason: "stop", from: nil, graceMilliseconds: .max)
    manual.runAll()
    #expect(states.events == ["starting", "running", "starting", "running", "stopping", "stopped"])
    #expect(manual.scheduler.list().isEmpty)
    #expect(manual.heard.events == ["service started", "service exit cancelled"])
    #expect(manual.reactor.pendingCount == 0)
  }

  @Test func whoDoesNotStopIsKilled() throws {
    let manual = try ManualScheduler()
    let (states, heard) = (Recorder<String>(), Recorder<String>())
    manual.scheduler.install(Base.Factory(host: manual.host) { _ in .success(Base.deaf(heard)) })
    let pid = try manual.spawn(service(Self.specification(stop: 50_000_000), states))
    manual.runAll()
    manual.scheduler.cancel(pid, reason: nil, from: nil, graceMilliseconds: .max)
    manual.runAll()
    #expect(states.events.last == "stopping")
    manual.reactor.advance(byMilliseconds: 50)
    manual.runAll()
    #expect(states.events.last == "stopped")
    #expect(manual.scheduler.list().isEmpty)
  }

  @Test func whatCannotBeStartedFails() throws {
    let manual = try ManualScheduler()
    let states = Recorder<String>()
    manual.scheduler.install(
      Base.Factory(host: manual.host) { _ in .failure(RequestFailure("no export `main`", kind: .invalid)) })
    try manual.spawn(service(Self.specification(), states), as: "service")
    manual.runAll()
    #expect(states.events == ["starting", "failed"])
    #expect(manual.heard.events == ["service started", "service exit start"])
  }

  @Test func aKilledServiceLeavesNobodyBehind() throws {
    let manual = try ManualScheduler()
    let (states, heard) = (Recorder<String>(), Recorder<String>())
    manual.scheduler.install(Base.Factory(host: manual.host) { _ in .success(Base.deaf(heard)) })
    let pid = try manual.spawn(service(Self.specification(), states))
    manual.runAll()
    manual.scheduler.terminate(pid)
    manual.runAll()
    manual.reactor.advance(byMilliseconds: 1000)
    manual.runAll()
    #expect(manual.scheduler.list().isEmpty)
    #expect(heard.events == ["cancel: its service has ended", "linkDown killed"])
  }
}
