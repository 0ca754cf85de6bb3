import WippyCore
import WippyProcess
import WippyTestKit

/// Runs a scenario on a scheduler without threads and under a virtual clock.
package struct Stage {
  private let scenario: Scenario
  private let reactor = VirtualReactor()
  private let trace = Trace()
  private let scheduler: Scheduler
  private let cast: Cast

  package init(_ scenario: Scenario) throws(ScenarioError) {
    self.scenario = scenario
    do throws(ProcessError) {
      scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: 1), reactor: reactor)
    } catch {
      throw ScenarioError("\(error)")
    }
    let host = scheduler.makeHost(id: EntryID(namespace: Cast.namespace, name: "host"))
    cast = Cast(scenario, trace: trace, scheduler: scheduler, host: host)
    scheduler.install(cast)
  }

  /// The trace's text.
  package func run() throws(ScenarioError) -> String {
    var text = "scenario \(scenario.name)\n"
    for step in scenario.steps {
      try perform(step.words)
      runAll()
      text += "> \(step.text)\n"
      for line in trace.take(isUnordered: step.isUnordered) { text += "  \(line)\n" }
    }
    return text + "\n"
  }

  /// Whatever can run does; a program that runs for ever shows as a trace that differs.
  private func runAll() {
    var steps = 0
    while steps < 100_000, scheduler.runOne() { steps += 1 }
  }

  private func wait(milliseconds: UInt64) {
    let end = reactor.now().advanced(byNanoseconds: milliseconds * 1_000_000)
    while let next = reactor.nextDeadline, next <= end {
      _ = reactor.advanceToNextTimer()
      runAll()
    }
    reactor.advance(byNanoseconds: end.nanoseconds(since: reactor.now()))
  }

  // MARK: Steps

  private func perform(_ words: [String]) throws(ScenarioError) {
    let arguments = Array(words.dropFirst())
    switch (words.first ?? "", arguments.count) {
    case ("start", 1): start(arguments[0])
    case ("stop", 1), ("cancel", 1):
      // It may take what it needs, as for Erlang's `exit(Pid, shutdown)`.
      scheduler.cancel(try pid(arguments[0]), reason: nil, from: nil, graceMilliseconds: .max)
    case ("kill", 1): scheduler.terminate(try pid(arguments[0]))
    case ("spawn", 1...): spawn(arguments[0], arguments.dropFirst())
    case ("spawn_link", 2...):
      spawn(arguments[1], arguments.dropFirst(2), by: try pid(arguments[0])) { $0.isLinked = true }
    case ("spawn_monitor", 2...):
      spawn(arguments[1], arguments.dropFirst(2), by: try pid(arguments[0])) { $0.isMonitored = true }
    case ("exit", 2): send(from: nil, to: try pid(arguments[0]), "exit", [.string(arguments[1])])
    case ("trap", 2): scheduler.setTrapsLinks(try pid(arguments[0]), arguments[1] == "on")
    case ("link", 2): scheduler.link(try pid(arguments[0]), try pid(arguments[1]))
    case ("unlink", 2): _ = scheduler.unlink(try pid(arguments[0]), try pid(arguments[1]))
    case ("monitor", 2): scheduler.monitor(try pid(arguments[1]), by: try pid(arguments[0]))
    case ("unmonitor", 2): _ = scheduler.unmonitor(try pid(arguments[1]), by: try pid(arguments[0]))
    case ("send", 3): send(from: try pid(arguments[0]), to: try pid(arguments[1]), arguments[2], [])
    case ("send_name", 3):
      if let target = scheduler.lookup(arguments[1]) {
        send(from: try pid(arguments[0]), to: target, arguments[2], [])
      } else {
        trace.reply("error not_found")
      }
    case ("register", 2): register(arguments[0], try pid(arguments[1]))
    case ("unregister", 1): trace.reply(scheduler.unregister(arguments[0]) ? "ok" : "error not_found")
    case ("whereis", 1):
      trace.reply(scheduler.lookup(arguments[0]).map { trace.label(of: $0) } ?? "undefined")
    case ("alive", 1): trace.reply("\(scheduler.info(try pid(arguments[0])) != nil)")
    case ("wait", 1): wait(milliseconds: UInt64(arguments[0]) ?? 0)
    default: try request(words)
    }
  }

  private func pid(_ name: String) throws(ScenarioError) -> ProcessID {
    guard let pid = trace.pid(name) else { throw ScenarioError("\(scenario.name): there is no `\(name)`") }
    return pid
  }

  private func start(_ name: String) {
    let entry = EntryID(namespace: Cast.namespace, name: name)
    scheduler.spawn(SpawnRequest(entry: entry)) { [trace] result in
      switch result {
      case .success: trace.reply("ok")
      case .failure: trace.reply("error start_failed")
      }
    }
  }

  private func spawn(
    _ name: String, _ options: ArraySlice<String>, by parent: ProcessID? = nil,
    _ change: (inout SpawnRequest) -> Void = { _ in }
  ) {
    cast.add(Scenario.ChildPlan(id: name, options: Array(options)))
    var request = SpawnRequest(entry: EntryID(namespace: Cast.namespace, name: name), parent: parent)
    change(&request)
    scheduler.spawn(request) { _ in }
  }

  private func send(from: ProcessID?, to: ProcessID, _ topic: String, _ payload: [Value]) {
    do throws(SendFailure) {
      try scheduler.send(from: from, to: to, topic: topic, payload: payload)
    } catch {
      // Erlang's send is silent about it.
    }
  }

  private func register(_ name: String, _ pid: ProcessID) {
    do throws(NameFailure) {
      try scheduler.register(name, pid)
      trace.reply("ok")
    } catch {
      trace.reply(error.kind == .alreadyExists ? "error already_exists" : "error no_process")
    }
  }
}

// MARK: Requests to supervisors

extension Stage {
  private func request(_ words: [String]) throws(ScenarioError) {
    guard words.count >= 2 else {
      throw ScenarioError("\(scenario.name): no step is `\(words.joined(separator: " "))`")
    }
    let supervisor = words[1]
    let isPool = scenario.supervisors[supervisor]?.strategy == "simple_one_for_one"
    let operation: SupervisorRequest.Operation
    switch (words[0], words.count) {
    case ("start_child", 3...) where isPool: operation = .startChild([.string(words[2])])
    case ("start_child", 3...): operation = .startChild([child(words[2], Array(words.dropFirst(3)))])
    case ("terminate_child", 3):
      let pid = isPool ? trace.pid(words[2]) : nil
      operation = .terminateChild(pid?.description ?? words[2])
    case ("restart_child", 3): operation = .restartChild(words[2])
    case ("delete_child", 3): operation = .deleteChild(words[2])
    case ("which_children", 2): operation = .whichChildren
    case ("count_children", 2): operation = .countChildren
    default: throw ScenarioError("\(scenario.name): no step is `\(words.joined(separator: " "))`")
    }
    scheduler.supervisor(SupervisorRequest(operation, of: .pid(try pid(supervisor)))) { [trace] result in
      trace.reply(Stage.text(result, trace))
    }
  }

  private func child(_ id: String, _ options: [String]) -> Value {
    cast.add(Scenario.ChildPlan(id: id, options: options))
    var fields = [Value.Field("id", .string(id)), Value.Field("process", .string(id))]
    if let restart = options.first(where: { RestartType(rawValue: $0) != nil }) {
      fields.append(Value.Field("restart", .string(restart)))
    }
    return .table(fields)
  }

  private static func text(_ result: Result<Value, RequestFailure>, _ trace: Trace) -> String {
    switch result {
    case .success(.bool): return "ok"
    case .success(.string(let pid)): return "ok \(trace.label(of: ProcessID(pid)))"
    case .success(.array(let children)):
      return "[\(children.map { child($0, trace) }.sorted(by: isBefore).joined(separator: ", "))]"
    case .success(let counts):
      return ["specs", "active", "supervisors", "workers"].map { key in
        guard case .integer(let count) = counts[key] else { return "\(key)=?" }
        return "\(key)=\(count)"
      }.joined(separator: " ")
    case .failure(let failure): return "error \(error(failure, trace))"
    }
  }

  private static func error(_ failure: RequestFailure, _ trace: Trace) -> String {
    let word = String(failure.message.prefix { $0 != ":" })
    switch word {
    case "already_present", "not_found", "running", "restarting", "simple_one_for_one": return word
    case "already_started":
      // The PID ends the message.
      let pid = failure.message.split(separator: " ").last.flatMap { ProcessID($0) }
      return "already_started \(trace.label(of: pid))"
    case "the supervisor has ended": return "ended"
    default: return failure.kind == .notFound ? "ended" : "start_failed"
    }
  }

  private static func child(_ value: Value, _ trace: Trace) -> String {
    var text = ""
    if case .string(let id) = value["id"] { text = "\(id)=" }
    if case .string(let pid) = value["pid"] {
      text += trace.label(of: ProcessID(pid))
    } else if case .string(let state) = value["state"] {
      text += state
    }
    return value["type"] == .string("supervisor") ? text + " supervisor" : text
  }
}
