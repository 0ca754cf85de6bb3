import WippyCore
import WippyTestKit

@testable import WippyProcess

/// Processes that do random things to each other, under a virtual clock; a seed repeats the schedule.
struct TalkScenario: Sendable {
  let manual: ManualScheduler
  let model = Guarded(TalkModel())
  private let random: Guarded<SeededGenerator>
  private static let names = ["ada", "bob", "cid"]

  private var scheduler: Scheduler { manual.scheduler }

  init(seed: UInt64) throws {
    manual = try ManualScheduler(workers: 3, localQueueSize: 4)
    random = Guarded(SeededGenerator(seed: seed))
    manual.scheduler.install(
      FakeFactory(host: manual.host, reactor: manual.reactor) { [self] request in
        makeProgram(acts: !request.isCall)
      })
  }

  private func pick(_ bound: Int) -> Int {
    random.change { generator in Int.random(in: 0..<bound, using: &generator) }
  }

  func run(actions: Int) -> [String] {
    for _ in 0..<6 { spawn(by: nil) }
    for _ in 0..<actions {
      disturb()
      check()
    }
    settle()
    var left = model.value
    for serial in left.alive {
      if left.doomed.contains(serial) { left.fault("\(serial) survived a signal") }
      left.checkArrivals(of: serial)
    }
    scheduler.shutdown(graceMilliseconds: 10) { _ in }
    settle()
    let end = model.value
    left.faults += end.faults.dropFirst(left.faults.count)
    if !end.alive.isEmpty || !scheduler.table.all().isEmpty { left.fault("left: \(end.alive)") }
    if scheduler.names.count > 0 { left.fault("names are left") }
    if manual.host.processCount > 0 { left.fault("the host is not empty") }
    if manual.reactor.pendingCount > 0 { left.fault("timers are left") }
    if scheduler.calls.withLock({ $0.count }) > 0 { left.fault("calls are left") }
    if end.spawns != end.answers { left.fault("\(end.answers) answers for \(end.spawns) spawns") }
    if end.calls != end.results { left.fault("\(end.results) results of \(end.calls) calls") }
    return left.faults
  }

  /// Until nothing moves; grace times pass.
  private func settle() {
    var rounds = 0
    while rounds < 2000 {
      rounds += 1
      let moved = manual.runAll(limit: 200) + manual.reactor.runBlockingWork()
      check()
      if moved == 0, !manual.reactor.advanceToNextTimer() { return }
    }
    model.change { $0.fault("it does not settle") }
  }

  /// Something from outside.
  private func disturb() {
    switch pick(24) {
    case 0: spawn(by: nil)
    case 1: act(as: nil)
    case 2: manual.reactor.advance(byMilliseconds: 1)
    case 3: manual.reactor.runBlockingWork()
    case 4: scheduler.tick()
    case 5: _ = scheduler.list()
    default: _ = scheduler.runOne(worker: pick(3))
    }
  }

  private func someone() -> ProcessID? {
    let pids = model.value.pids
    guard !pids.isEmpty else { return nil }
    // Serials are spread by what failed to start; the dead are asked for as well.
    return pids.sorted { $0.key < $1.key }[pick(pids.count)].value
  }

  // MARK: Programs

  private func makeProgram(acts: Bool) -> ScriptedProgram {
    let initialSteps = pick(3)
    let isStillborn = pick(10) == 0
    let isTalking = Guarded(false)
    return ScriptedProgram(hasMailbox: true) { [self] context, _ in
      if !isTalking.value {
        // Init: it yields, waits, and perhaps fails.
        let step = pick(initialSteps + 1)
        if step > 0 {
          context.wake()
          return step == 1 ? .yield : .wait
        }
        if isStillborn { return .exit(.error(nil)) }
        isTalking.change { $0 = true }
        return .started
      }
      return step(context, acts: acts)
    }
  }

  private func step(_ context: any ProcessContext, acts: Bool) -> StepOutcome {
    let serial = context.pid.serial
    for _ in 0..<(1 + pick(6)) {
      guard let event = context.receive() else { return idle(context, acts: acts) }
      model.change { $0.took(event, by: serial) }
      if case .cancel = event.kind, pick(2) == 0 { return .exit(.cancelled(reason: nil)) }
    }
    return .yield
  }

  /// It has read everything. A call's process, which the model does not know, only waits and ends.
  private func idle(_ context: any ProcessContext, acts: Bool) -> StepOutcome {
    switch pick(40) {
    case 0: return .exit(.normal(.integer(1)))
    case 1: return .exit(.trap(Trap(message: "unreachable")))
    case 2: return .become(makeProgram(acts: acts))
    case 3..<12 where !acts: return .wait
    case 3..<8:
      for _ in 0..<(1 + pick(3)) { act(as: context.pid) }
      return .yield
    case 8..<12:
      act(as: context.pid)
      return .wait
    default: return .wait
    }
  }

  // MARK: Actions

  /// One action of a process, or of somebody outside in the name of any process.
  private func act(as actor: ProcessID?) {
    guard let own = actor ?? someone(), let other = someone() else { return }
    let (one, two) = (own.serial, other.serial)
    switch pick(20) {
    case 0..<7: send(own, other)
    case 7, 8:
      model.change { $0.monitor(one, two) }
      scheduler.monitor(other, by: own)
    case 9:
      let was = scheduler.unmonitor(other, by: own)
      model.change { $0.unmonitor(one, two, was: was) }
    case 10, 11:
      model.change { $0.link(one, two) }
      scheduler.link(own, other)
    case 12:
      let was = scheduler.unlink(own, other)
      model.change { $0.unlink(one, two, was: was) }
    case 13:
      let traps = pick(3) > 0
      scheduler.setTrapsLinks(own, traps)
      model.change { model in
        guard model.alive.contains(one) else { return }
        if traps { model.trapping.insert(one) } else { model.trapping.remove(one) }
      }
    case 14, 15: name(own)
    case 16: scheduler.cancel(other, reason: "random", from: own)
    case 17:
      if pick(3) == 0 { scheduler.terminate(other) }
    case 18: spawn(by: own)
    default: call(by: own)
    }
  }

  private func send(_ own: ProcessID, _ other: ProcessID) {
    let pair = TalkModel.Pair(from: own.serial, to: other.serial)
    let model = model.value
    // Nobody sends in the name of the dead: that would be a message after the end.
    guard model.alive.contains(own.serial) else { return }
    do throws(SendFailure) {
      let number = Int64(model.sent[pair, default: 0])
      try scheduler.send(from: own, to: other, topic: "number", payload: [.integer(number)])
      self.model.change { $0.sent[pair, default: 0] += 1 }
    } catch .mailboxFull {
      // Refused, and not counted.
    } catch {
      if model.alive.contains(other.serial) { self.model.change { $0.fault("\(other) lives: \(error)") } }
    }
  }

  private func name(_ own: ProcessID) {
    let name = TalkScenario.names[pick(3)]
    let model = model.value
    if pick(3) == 0 {
      let was = scheduler.unregister(name)
      if was != (model.names[name] != nil) { self.model.change { $0.fault("unregister of \(name) said \(was)") } }
      self.model.change { $0.names[name] = nil }
      return
    }
    do throws(NameFailure) {
      try scheduler.register(name, own)
      self.model.change { model in
        if let owner = model.names[name], owner != own.serial { model.fault("\(name) was taken") }
        model.names[name] = own.serial
      }
    } catch {
      let isFree = model.names[name] == nil || model.names[name] == own.serial
      if model.alive.contains(own.serial), isFree { self.model.change { $0.fault("\(name) is free: \(error)") } }
    }
  }

  private func spawn(by parent: ProcessID?) {
    guard model.value.alive.count < 12 else { return }
    var request = SpawnRequest(entry: manual.entry, parent: parent)
    let isTied = parent != nil
    request.isMonitored = isTied && pick(2) == 0
    request.isLinked = isTied && pick(2) == 0
    model.change { $0.spawns += 1 }
    scheduler.spawn(request) { [self, request] result in
      model.change { model in
        model.answers += 1
        guard case .success(let pid) = result else { return }
        model.began(
          pid, parent: parent?.serial, monitored: request.isMonitored, linked: request.isLinked, name: nil)
      }
      guard case .success(let pid) = result else { return }
      scheduler.monitor(pid) { [self] pid, reason in model.change { $0.ended(pid.serial, reason) } }
    }
  }

  private func call(by caller: ProcessID) {
    model.change { $0.calls += 1 }
    let token = scheduler.call(CallRequest(entry: manual.entry, caller: caller)) { [model] _ in
      model.change { $0.results += 1 }
    }
    if pick(4) == 0 { scheduler.cancelCall(token) }
  }

  // MARK: Invariants

  /// What holds between any two steps.
  private func check() {
    let processes = scheduler.table.all()
    var faults: [String] = []
    for process in processes {
      let relations = process.control.withLock { $0.relations }
      let serial = process.pid.serial
      for peer in relations.links.values
      where peer.control.withLock({ $0.isOver || $0.relations.links[serial] == nil }) {
        faults.append("\(serial) is linked with \(peer.pid.serial), and not the other way round")
      }
      for target in relations.watched.values
      where target.control.withLock({ $0.isOver || $0.relations.watchers[serial] == nil }) {
        faults.append("\(serial) monitors \(target.pid.serial), which knows nothing of it")
      }
      for watcher in relations.watchers.values
      where watcher.control.withLock({ $0.isOver || $0.relations.watched[serial] == nil }) {
        faults.append("\(serial) is monitored by \(watcher.pid.serial), which knows nothing of it")
      }
      for name in relations.names where scheduler.names[name] !== process {
        faults.append("\(serial) has the name \(name) of another one")
      }
    }
    let model = model.value
    for (name, serial) in model.names where scheduler.lookup(name)?.serial != serial {
      faults.append("\(name) is \(scheduler.lookup(name)?.description ?? "free"), not \(serial)")
    }
    for pair in model.monitors where scheduler.table[pair.from] == nil || scheduler.table[pair.to] == nil {
      faults.append("the model's monitor \(pair) is gone")
    }
    if !faults.isEmpty { self.model.change { [faults] model in model.faults += faults } }
  }
}
