import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct SpawnRequestTests {
  private let manual: ManualScheduler
  private let parent: ProcessID
  private let talker = Talker()
  private let answers = Recorder<Result<ProcessID, SpawnFailure>>()
  private var system: any ProcessSystem { manual.scheduler }

  init() throws {
    manual = try ManualScheduler()
    parent = try manual.spawn(talker.program)
    manual.runAll()
  }

  private func request() -> SpawnRequest {
    SpawnRequest(entry: manual.entry, arguments: [.integer(6)], parent: parent)
  }

  private func install(_ make: @escaping @Sendable (SpawnRequest) -> any ProcessProgram) {
    manual.scheduler.install(FakeFactory(host: manual.host, reactor: manual.reactor, make))
  }

  private func spawn(_ request: SpawnRequest) {
    system.spawn(request) { answers.record($0) }
    manual.runAll()
  }

  @Test func everythingIsInPlaceBeforeTheFirstStep() throws {
    let seen = Recorder<String>()
    let (scheduler, parent) = (manual.scheduler, parent)
    install { request in
      ScriptedProgram(hasMailbox: true) { context, number in
        guard number == 0 else { return .exit(.normal(request.arguments.first)) }
        let relations = scheduler.table[context.pid]?.control.withLock { $0.relations }
        seen.record("\(scheduler.lookup("child") == context.pid)")
        seen.record("\(relations?.links[parent.serial] != nil)")
        seen.record("\(relations?.watchers[parent.serial] != nil)")
        if let event = context.receive() { seen.record(Talker.text(event)) }
        seen.record("\(context.inherited["key"] == .bool(true))")
        return .started
      }
    }
    system.setTrapsLinks(parent, true)
    var request = request()
    (request.isMonitored, request.isLinked, request.name) = (true, true, "child")
    request.messages = [.init(topic: "hello", payload: [])]
    request.inheritance["key"] = .bool(true)
    spawn(request)
    #expect(seen.events == ["true", "true", "true", "\(parent.serial) hello 0", "true"])
    #expect(talker.heard.events == ["DOWN 2 normal", "EXIT 2 normal"])
    #expect(try answers.events.map { try $0.get().serial } == [2])
  }

  @Test func aFailedInitIsTheSpawnsErrorAndNothingElse() throws {
    install { _ in ScriptedProgram(hasMailbox: true) { _, _ in .exit(.trap(Trap(message: "unreachable"))) } }
    var request = request()
    (request.isMonitored, request.isLinked, request.name) = (true, true, "child")
    spawn(request)
    guard case .failure(let failure)? = answers.events.first else { throw Missing() }
    #expect(failure.reason == .trap(Trap(message: "unreachable")) && failure.kind == .internal)
    #expect(talker.heard.events.isEmpty && system.lookup("child") == nil && system.list().count == 1)
  }

  private struct Missing: Error {}

  @Test func whatCannotBeTiedIsClosedAndNeverStepped() throws {
    let programs = Recorder<ScriptedProgram>()
    install { _ in
      let program = ScriptedProgram { _, _ in .started }
      programs.record(program)
      return program
    }
    try system.register("taken", parent)
    var named = request()
    named.name = "taken"
    spawn(named)
    var deaf = request()
    deaf.messages = [.init(topic: "t", payload: [])]
    spawn(deaf)
    var orphan = request()
    orphan.parent = ProcessID(host: "test:host", serial: 999)
    orphan.isLinked = true
    spawn(orphan)
    // The third one is made on the pool.
    manual.reactor.runBlockingWork()
    manual.runAll()
    let kinds = answers.events.map { result in
      if case .failure(let failure) = result { failure.kind } else { ErrorKind.unknown }
    }
    #expect(kinds == [.alreadyExists, .unavailable, .canceled])
    #expect(programs.events.allSatisfy { $0.closes == 1 && $0.steps == 0 })
    #expect(manual.scheduler.table.all().count == 1 && manual.host.processCount == 1)
  }

  @Test func withoutAFactoryOrAnEntryThereIsAnError() {
    spawn(request())
    install { _ in ScriptedProgram { _, _ in .started } }
    spawn(SpawnRequest(entry: EntryID(namespace: "test", name: "missing"), parent: parent))
    let kinds = answers.events.map { result in
      if case .failure(let failure) = result { failure.kind } else { ErrorKind.unknown }
    }
    #expect(kinds == [.unavailable, .notFound])
  }

  // MARK: Calls

  @Test func aCallHasAValueAndEndsWithItsCaller() throws {
    let results = Recorder<String>()
    install { request in
      ScriptedProgram { _, number in
        if number == 0 { return .started }
        return request.arguments.isEmpty ? .wait : .exit(.normal(request.arguments.first))
      }
    }
    let note: @Sendable (Result<ExitReason, RequestFailure>) -> Void = { result in
      switch result {
      case .success(let reason): results.record("\(reason.kind)")
      case .failure(let failure): results.record("failed \(failure.kind.rawValue)")
      }
    }
    system.call(CallRequest(entry: manual.entry, arguments: [.null], caller: parent), note)
    manual.runAll()
    let token = system.call(CallRequest(entry: manual.entry, caller: parent), note)
    manual.runAll()
    #expect(system.cancelCall(token, reason: "late"))
    manual.runAll()
    #expect(!system.cancelCall(token))
    #expect(results.events == ["normal", "cancelled"])
    // One that is still being made (every third is), and one that runs.
    system.call(CallRequest(entry: manual.entry, caller: parent), note)
    system.call(CallRequest(entry: manual.entry, caller: parent), note)
    manual.runAll()
    #expect(system.list().count == 2)
    system.terminate(parent)
    manual.runAll()
    manual.reactor.runBlockingWork()
    manual.runAll()
    #expect(results.events == ["normal", "cancelled", "killed", "killed"])
    #expect(manual.scheduler.table.all().isEmpty)
    #expect(manual.scheduler.calls.withLock { $0.isEmpty })
    system.call(CallRequest(entry: manual.entry, caller: parent), note)
    #expect(results.events.last == "failed CANCELED")
  }

  // MARK: Supervisors

  private final class Endpoint: SupervisorEndpoint {
    func submit(
      _ request: SupervisorRequest, _ completion: @escaping @Sendable (Result<Value, RequestFailure>) -> Void
    ) {
      completion(.success(.string("\(request.target)")))
    }
  }

  @Test func requestsFindTheirSupervisor() {
    let answers = Recorder<Result<Value, RequestFailure>>()
    let endpoint = Endpoint()
    manual.scheduler.enroll(endpoint, pid: parent, entry: manual.entry)
    for target in [SupervisorRequest.Target.pid(parent), .entry(manual.entry)] {
      system.supervisor(SupervisorRequest(.whichChildren, of: target)) { answers.record($0) }
    }
    manual.scheduler.withdraw(endpoint, pid: parent, entry: manual.entry)
    system.supervisor(SupervisorRequest(.countChildren, of: .entry(manual.entry))) { answers.record($0) }
    #expect(answers.events.count == 3)
    #expect(answers.events.first == .success(.string("\(parent)")))
    if case .failure(let failure) = answers.events.last { #expect(failure.kind == .notFound) }
  }

  // MARK: The end of the scheduler

  @Test func stopClosesWhatIsLeft() throws {
    let program = ScriptedProgram { _, _ in .wait }
    try manual.spawn(program, as: "late")
    manual.scheduler.stop()
    #expect(program.closes == 1 && manual.scheduler.table.all().isEmpty && manual.host.processCount == 0)
    #expect(manual.heard.events.contains("late failed killed"))
    #expect(talker.program.closes == 1)
    #expect(throws: ProcessError.stopped) { try manual.spawn(ScriptedProgram { _, _ in .wait }) }
  }
}
