import Testing
import WippyCore
import WippyTestKit

@testable import WippyProcess

@Suite struct RelationTests {
  private let manual: ManualScheduler
  private var system: any ProcessSystem { manual.scheduler }
  private let nobody = ProcessID(host: "test:host", serial: 999)

  init() throws {
    manual = try ManualScheduler()
  }

  private func start(
    limits: ProcessLimits = .init(), as name: String = "",
    reply: @escaping @Sendable (ProcessEvent, any ProcessContext) -> StepOutcome? = { _, _ in nil }
  ) throws -> (pid: ProcessID, talker: Talker) {
    let talker = Talker(reply: reply)
    let pid = try manual.spawn(talker.program, limits: limits, as: name)
    manual.runAll()
    return (pid, talker)
  }

  // MARK: Messages

  @Test func aMessageArrivesWithItsSenderAndTime() throws {
    let (pid, talker) = try start()
    try system.send(from: nobody, to: pid, topic: "t", payload: [.null])
    manual.runAll()
    #expect(talker.heard.events == ["999 t 1"])
  }

  @Test func sendingSaysWhyItFails() throws {
    let deaf = try manual.spawn(program { _, _ in .wait })
    let (pid, _) = try start(limits: ProcessLimits(maxMailbox: 1))
    #expect(throws: SendFailure.noMailbox(deaf)) {
      try system.send(from: nil, to: deaf, topic: "t", payload: [])
    }
    #expect(throws: SendFailure.noProcess(nobody)) {
      try system.send(from: nil, to: nobody, topic: "t", payload: [])
    }
    let far = ProcessID(node: "far", host: "test:host", serial: 1)
    #expect(throws: SendFailure.nodeUnreachable("far")) {
      try system.send(from: nil, to: far, topic: "t", payload: [])
    }
    try system.send(from: nil, to: pid, topic: "t", payload: [])
    #expect(throws: SendFailure.mailboxFull(pid, limit: 1, of: .messages)) {
      try system.send(from: nil, to: pid, topic: "t", payload: [])
    }
    #expect(system.info(pid)?.mailboxLength == 1 && system.info(deaf)?.mailboxLength == nil)
  }

  // MARK: Monitors

  @Test func aMonitorGetsOneExitHoweverOftenItWasAskedFor() throws {
    let (watcher, talker) = try start()
    let (target, _) = try start()
    system.monitor(target, by: watcher)
    system.monitor(target, by: watcher)
    system.terminate(target)
    manual.runAll()
    #expect(talker.heard.events == ["EXIT \(target.serial) killed"])
    system.monitor(target, by: watcher)
    manual.runAll()
    #expect(talker.heard.events.last == "EXIT \(target.serial) noproc" && talker.heard.events.count == 2)
  }

  @Test func anUnmonitorHolds() throws {
    let (watcher, talker) = try start()
    let (target, _) = try start()
    #expect(!system.unmonitor(target, by: watcher))
    system.monitor(target, by: watcher)
    #expect(system.unmonitor(target, by: watcher))
    system.terminate(target)
    manual.runAll()
    #expect(talker.heard.events.isEmpty)
  }

  @Test func messagesComeBeforeTheEnd() throws {
    let (watcher, talker) = try start(limits: ProcessLimits(maxMailbox: 2))
    let (target, _) = try start { _, context in
      for _ in 0..<2 {
        do throws(SendFailure) {
          try context.system.send(from: context.pid, to: watcher, topic: "last", payload: [])
        } catch {
          return .exit(.error(nil))
        }
      }
      return .exit(.normal(nil))
    }
    system.monitor(target, by: watcher)
    try system.send(from: nil, to: target, topic: "go", payload: [])
    manual.runAll()
    let serial = target.serial
    #expect(talker.heard.events == ["\(serial) last 0", "\(serial) last 0", "EXIT \(serial) normal"])
  }

  // MARK: Links

  @Test(arguments: [false, true])
  func anAbnormalEndTravelsAlongLinks(isReversed: Bool) throws {
    let chain = try (0..<4).map { _ in try start().pid }
    for (one, other) in zip(chain, chain.dropFirst()) {
      if isReversed { system.link(other, one) } else { system.link(one, other) }
    }
    let reasons = Recorder<ExitReason>()
    manual.scheduler.monitor(chain[3]) { _, reason in reasons.record(reason) }
    system.terminate(chain[0])
    manual.runAll()
    #expect(system.list().isEmpty)
    #expect(reasons.events == [.linked(from: chain[2], .killed)])
  }

  @Test func aNormalEndTravelsToThoseWhoTrapOnly() throws {
    let (trapping, talker) = try start()
    let (plain, _) = try start()
    let (middle, _) = try start { _, _ in .exit(.normal(nil)) }
    system.setTrapsLinks(trapping, true)
    #expect(system.trapsLinks(trapping) && !system.trapsLinks(plain))
    system.link(trapping, middle)
    system.link(plain, middle)
    try system.send(from: nil, to: middle, topic: "go", payload: [])
    manual.runAll()
    #expect(talker.heard.events == ["DOWN \(middle.serial) normal"])
    #expect(system.info(plain) != nil)
  }

  @Test func whoIsCancelledIsASignalToo() throws {
    let (linked, _) = try start(as: "linked")
    let (target, _) = try start { event, _ in
      if case .cancel(let reason) = event.kind { .exit(.cancelled(reason: reason)) } else { nil }
    }
    system.link(linked, target)
    system.cancel(target, reason: "enough")
    manual.runAll()
    #expect(manual.heard.events.last == "linked exit linked")
  }

  @Test func aLinkWithNobodyKillsUnlessTrapped() throws {
    let (plain, _) = try start(as: "plain")
    let (trapping, talker) = try start()
    system.setTrapsLinks(trapping, true)
    system.link(plain, nobody)
    system.link(trapping, nobody)
    manual.runAll()
    #expect(manual.heard.events.last == "plain exit linked")
    #expect(talker.heard.events == ["DOWN 999 noproc"])
    // With itself it is nothing.
    system.link(trapping, trapping)
    system.monitor(trapping, by: trapping)
    manual.runAll()
    #expect(talker.heard.events.count == 1)
  }

  @Test func anUnlinkHolds() throws {
    let (one, _) = try start()
    let (other, _) = try start()
    system.link(one, other)
    #expect(system.unlink(other, one) && !system.unlink(one, other))
    system.terminate(one)
    manual.runAll()
    #expect(system.info(other) != nil)
  }

  // MARK: Names

  @Test func namesBelongToOneAndAreFreedAtItsEnd() throws {
    let (one, _) = try start()
    let (other, talker) = try start()
    try system.register("ada", one)
    try system.register("ada", one)
    #expect(throws: NameFailure.taken(name: "ada", by: one)) { try system.register("ada", other) }
    #expect(throws: NameFailure.noProcess(nobody)) { try system.register("bob", nobody) }
    #expect(throws: NameFailure.invalid) { try system.register("", one) }
    #expect(system.lookup("ada") == one && system.info(one)?.names == ["ada"])
    // The name is free when the monitor hears.
    let free = Recorder<Bool>()
    let watcher = try start { [system = manual.scheduler] event, _ in
      if case .exit = event.kind { free.record(system.lookup("ada") == nil) }
      return nil
    }
    system.monitor(one, by: watcher.pid)
    system.terminate(one)
    manual.runAll()
    #expect(free.events == [true] && talker.heard.events.isEmpty)
    #expect(system.lookup("ada") == nil && !system.unregister("ada"))
    for number in 0..<Relations.maxNames { try system.register("name\(number)", other) }
    #expect(throws: NameFailure.tooMany(limit: Relations.maxNames)) { try system.register("more", other) }
    #expect(system.unregister("name7") && system.info(other)?.names.count == Relations.maxNames - 1)
  }

  // MARK: Cancels

  @Test func aCancelIsAnEventAndASecondOneGivesNoTime() throws {
    let (pid, talker) = try start(limits: ProcessLimits(cancelGraceMilliseconds: 20), as: "own")
    #expect(system.cancel(pid, reason: "please", from: nobody))
    manual.runAll()
    manual.reactor.advance(byMilliseconds: 15)
    #expect(system.cancel(pid, reason: "again", from: nil, graceMilliseconds: 1000))
    manual.runAll()
    #expect(talker.heard.events == ["CANCEL 999 please", "CANCEL - again"])
    manual.reactor.advance(byMilliseconds: 5)
    manual.runAll()
    #expect(manual.heard.events.last == "own exit killed")
    #expect(manual.reactor.pendingCount == 0 && !system.cancel(pid))
  }

  // MARK: Upgrades

  @Test func anUpgradeKeepsWhatBelongsToTheProcess() throws {
    let successor = Talker()
    let entry = EntryID(namespace: "test", name: "next")
    let (pid, old) = try start(as: "own") { _, _ in .become(successor.program, entry: entry) }
    let (watcher, talker) = try start()
    system.monitor(pid, by: watcher)
    system.link(pid, watcher)
    system.setTrapsLinks(watcher, true)
    try system.register("ada", pid)
    for _ in 0..<3 { try system.send(from: nil, to: pid, topic: "t", payload: []) }
    manual.runAll()
    #expect(old.heard.events.count == 1 && old.program.closes == 1)
    #expect(successor.heard.events.count == 2 && successor.context.events.first?.pid == pid)
    #expect(system.info(pid)?.entry == entry && system.lookup("ada") == pid)
    #expect(talker.heard.events.isEmpty)
    system.terminate(pid)
    manual.runAll()
    #expect(talker.heard.events == ["DOWN \(pid.serial) killed", "EXIT \(pid.serial) killed"])
    #expect(old.program.violations.isEmpty && successor.program.violations.isEmpty)
    #expect(successor.program.closes == 1 && manual.heard.events.count { $0 == "own started" } == 1)
  }

  @Test func anUpgradeWhoseInitFailsEndsTheProcess() throws {
    let reasons = Recorder<ExitReason>()
    let (pid, _) = try start { _, _ in
      .become(ScriptedProgram { _, number in number == 0 ? .yield : .exit(.error(nil)) })
    }
    manual.scheduler.monitor(pid) { _, reason in reasons.record(reason) }
    try system.send(from: nil, to: pid, topic: "t", payload: [])
    manual.runAll()
    #expect(reasons.events.map(\.kind) == [.start])
  }
}
