import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

/// Supervisors and services on a scheduler without threads, under a virtual clock. What supervisors share with OTP is tested by
/// the scenarios of `Conformance/OTP`.
struct SupervisorProgramTests {
  /// Makes programs by their entries' names.
  final class Factory: ProcessFactory {
    typealias Make = @Sendable (SpawnRequest) -> Result<any ProcessProgram, SpawnFailure>
    let host: Host
    let make: Make

    init(host: Host, _ make: @escaping Make) {
      self.host = host
      self.make = make
    }

    func prepare(
      _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
    ) {
      completion(make(request).map { PreparedProcess(program: $0, entry: request.entry, host: host) })
    }
  }

  static func entry(_ name: String) -> EntryID { EntryID(namespace: "test", name: name) }

  /// Waits for ever, as a guest without a mailbox does.
  static func guest() -> ScriptedProgram { program { _, _ in .wait } }

  /// Traps links, and hears everything without obeying.
  static func deaf(_ heard: Recorder<String>) -> ScriptedProgram {
    ScriptedProgram(hasMailbox: true) { context, number in
      if number == 0 {
        context.system.setTrapsLinks(context.pid, true)
        return .started
      }
      while let event = context.receive() {
        switch event.kind {
        case .cancel(let reason): heard.record("cancel: \(reason ?? "")")
        case .linkDown(let reason): heard.record("linkDown \(reason.kind)")
        default: heard.record("other")
        }
      }
      return .wait
    }
  }

  static func supervisor(
    _ specification: SupervisorSpecification, _ manual: ManualScheduler, parent: ProcessID? = nil
  ) -> SupervisorProgram {
    SupervisorProgram(
      specification, scheduler: manual.scheduler, host: manual.host.id, parent: parent,
      readChild: { value in
        do throws(RequestFailure) {
          return .success(try ChildSpecification(value, namespace: "test") { Int64($0) })
        } catch {
          return .failure(error)
        }
      })
  }

  static func child(_ name: String, _ shutdown: ChildShutdown? = nil) -> ChildSpecification {
    ChildSpecification(id: name, entry: entry(name), shutdown: shutdown)
  }

  @Test func aKilledSupervisorLeavesNobodyBehind() throws {
    let manual = try ManualScheduler()
    let heard = Recorder<String>()
    manual.scheduler.install(
      Factory(host: manual.host) { request in
        .success(request.entry.name == "deaf" ? Self.deaf(heard) : Self.guest())
      })
    let specification = SupervisorSpecification(children: [
      Self.child("guest"), Self.child("deaf", .milliseconds(300)),
    ])
    let pid = try manual.spawn(Self.supervisor(specification, manual))
    manual.runAll()
    #expect(manual.scheduler.list().count == 3)
    manual.scheduler.terminate(pid)
    manual.runAll()
    #expect(manual.scheduler.list().count == 1, "the one that traps links has its time")
    #expect(heard.events == ["cancel: its supervisor has ended", "linkDown killed"])
    manual.reactor.advance(byMilliseconds: 299)
    manual.runAll()
    #expect(manual.scheduler.list().count == 1)
    manual.reactor.advance(byMilliseconds: 1)
    manual.runAll()
    #expect(manual.scheduler.list().isEmpty)
    #expect(manual.reactor.pendingCount == 0)
  }

  @Test func restartsCountInTheLists() throws {
    let manual = try ManualScheduler()
    manual.scheduler.install(Factory(host: manual.host) { _ in .success(Self.guest()) })
    try manual.spawn(Self.supervisor(SupervisorSpecification(intensity: 9, children: [Self.child("a")]), manual))
    manual.runAll()
    for count in 0..<3 {
      let child = try #require(manual.scheduler.list().last)
      #expect(child.entry == Self.entry("a"))
      #expect(child.restarts == count)
      manual.scheduler.terminate(child.pid)
      manual.runAll()
    }
  }

  @Test func aChildThatUnlinksItselfIsNoticed() throws {
    let manual = try ManualScheduler()
    manual.scheduler.install(Factory(host: manual.host) { _ in .success(Self.guest()) })
    let pid = try manual.spawn(Self.supervisor(SupervisorSpecification(children: [Self.child("a")]), manual))
    manual.runAll()
    let child = try #require(manual.scheduler.list().last?.pid)
    #expect(manual.scheduler.unlink(child, pid))
    manual.scheduler.terminate(child)
    manual.runAll()
    let successor = try #require(manual.scheduler.list().last?.pid)
    #expect(successor != child && successor != pid)
  }

  @Test func itEndsWithItsParent() throws {
    let manual = try ManualScheduler()
    manual.scheduler.install(Factory(host: manual.host) { _ in .success(Self.guest()) })
    let parent = try manual.spawn(Self.guest())
    let pid = try manual.spawn(
      Self.supervisor(SupervisorSpecification(children: [Self.child("a")]), manual, parent: parent), as: "sup")
    manual.scheduler.link(pid, parent)
    manual.runAll()
    manual.scheduler.terminate(parent)
    manual.runAll()
    #expect(manual.scheduler.list().isEmpty)
    #expect(manual.heard.events.contains("sup exit linked"))
  }

  /// Asks, and returns what is answered once everybody waits.
  private func ask(
    _ manual: ManualScheduler, _ target: SupervisorRequest.Target, _ operation: SupervisorRequest.Operation
  ) -> Result<Value, RequestFailure>? {
    let answers = Recorder<Result<Value, RequestFailure>>()
    manual.scheduler.supervisor(SupervisorRequest(operation, of: target)) { answers.record($0) }
    manual.runAll()
    return answers.events.first
  }

  @Test func requestsByEntryAndAfterTheEnd() throws {
    let manual = try ManualScheduler()
    manual.scheduler.install(Factory(host: manual.host) { _ in .success(Self.guest()) })
    let pid = try manual.spawn(Self.supervisor(SupervisorSpecification(children: [Self.child("a")]), manual))
    manual.runAll()
    for target in [SupervisorRequest.Target.entry(manual.entry), .pid(pid)] {
      #expect(try ask(manual, target, .countChildren)?.get()["active"] == .integer(1))
    }
    manual.scheduler.cancel(pid)
    manual.runAll()
    for target in [SupervisorRequest.Target.entry(manual.entry), .pid(pid)] {
      guard case .failure(let failure) = ask(manual, target, .countChildren) else {
        Issue.record("answered after the end")
        return
      }
      #expect(failure.kind == .notFound)
    }
  }

  /// A request whose supervisor is killed meanwhile is answered too.
  @Test func noRequestIsForgotten() throws {
    let manual = try ManualScheduler()
    let heard = Recorder<String>()
    manual.scheduler.install(Factory(host: manual.host) { _ in .success(Self.deaf(heard)) })
    let pid = try manual.spawn(
      Self.supervisor(SupervisorSpecification(children: [Self.child("a", .infinity)]), manual))
    manual.runAll()
    #expect(ask(manual, .pid(pid), .terminateChild("a")) == nil)
    let late = Recorder<Bool>()
    manual.scheduler.supervisor(SupervisorRequest(.terminateChild("a"), of: .pid(pid))) { result in
      if case .failure(let failure) = result { late.record(failure.kind == .unavailable) }
    }
    manual.runAll()
    manual.scheduler.terminate(pid)
    manual.runAll()
    #expect(late.events == [true])
  }

  @Test(arguments: [
    (Value.integer(1), "expected a table"), (.table([]), "`id` is missing"),
    (.table([Value.Field("id", .string("x"))]), "either `process` or `supervisor`"),
    (.table([Value.Field("id", .string("x")), Value.Field("proces", .string("a"))]), "no field `proces`"),
    (
      .table([
        Value.Field("id", .string("x")), Value.Field("process", .string("a")), Value.Field("restart", .string("often")),
      ]), "permanent, transient or temporary"
    ),
    (
      .table([
        Value.Field("id", .string("x")), Value.Field("process", .string("a")), Value.Field("shutdown", .bool(true)),
      ]), "`brutal_kill` or `infinity`"
    ),
    (.table([Value.Field("id", .string("x")), Value.Field("process", .string("a b"))]), "no entry id"),
    (
      .table([
        Value.Field("id", .string("x")), Value.Field("process", .string("a")), Value.Field("input", .string("q")),
      ]), "list of arguments"
    ),
  ])
  func badChildren(value: Value, part: String) throws {
    let manual = try ManualScheduler()
    let pid = try manual.spawn(Self.supervisor(SupervisorSpecification(children: []), manual))
    manual.runAll()
    guard case .failure(let failure) = ask(manual, .pid(pid), .startChild([value])) else {
      Issue.record("accepted")
      return
    }
    #expect(failure.message.contains(part), "\(failure)")
    #expect(failure.kind == .invalid)
  }
}
