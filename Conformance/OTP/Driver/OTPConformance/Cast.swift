import Synchronization
import WippyCore
import WippyProcess

/// Makes the programs of a scenario: an entry is named after its actor or supervisor.
final class Cast: ProcessFactory {
  static let namespace = "otp"

  private let scenario: Scenario
  private let trace: Trace
  private let scheduler: Scheduler
  private let host: Host
  /// Who was not there from the beginning.
  private let guests = Mutex<[String: Scenario.ChildPlan]>([:])

  init(_ scenario: Scenario, trace: Trace, scheduler: Scheduler, host: Host) {
    self.scenario = scenario
    self.trace = trace
    self.scheduler = scheduler
    self.host = host
  }

  func add(_ plan: Scenario.ChildPlan) {
    guests.withLock { $0[plan.id] = plan }
  }

  func prepare(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
  ) {
    completion(.success(PreparedProcess(program: program(request), entry: request.entry, host: host)))
  }

  private func program(_ request: SpawnRequest) -> any ProcessProgram {
    let name = request.entry.name
    if let plan = scenario.supervisors[name] {
      let program = SupervisorProgram(
        specification(plan), scheduler: scheduler, host: host.id, parent: request.parent,
        readChild: { value in
          do throws(RequestFailure) {
            return .success(try ChildSpecification(value, namespace: Cast.namespace) { Int64($0) })
          } catch {
            return .failure(error)
          }
        })
      let label = trace.label(name, lane: scenario.root(of: name)).label
      return TracedSupervisor(program, label: label, trace: trace, scheduler: scheduler)
    }
    let owner = scenario.supervisors.first { $0.value.children.contains { $0.id == name } }
    let plan =
      owner?.value.children.first { $0.id == name } ?? guests.withLock { $0[name] }
      ?? Scenario.ChildPlan(id: name, options: [])
    // Of a pool: the name is the argument.
    var own = name
    if case .string(let argument) = request.arguments.first { own = argument }
    let parent = request.parent.map { String(trace.label(of: $0).prefix { $0 != "#" }) }
    let supervisor = parent.flatMap { scenario.supervisors[$0] == nil ? nil : $0 }
    return ActorProgram(
      own, lane: supervisor.map(scenario.root) ?? own, plan: plan,
      parent: supervisor == nil ? nil : request.parent, trace: trace, scheduler: scheduler)
  }

  private func specification(_ plan: Scenario.SupervisorPlan) -> SupervisorSpecification {
    SupervisorSpecification(
      strategy: RestartStrategy(rawValue: plan.strategy) ?? .oneForOne, intensity: plan.intensity,
      period: UInt64(plan.period) * 1_000_000_000, children: plan.children.map(child))
  }

  private func child(_ plan: Scenario.ChildPlan) -> ChildSpecification {
    let restart = plan.options.lazy.compactMap { RestartType(rawValue: $0) }.first ?? .permanent
    let shutdown: ChildShutdown? =
      switch plan.option("shutdown") {
      case "brutal_kill": .brutalKill
      case "infinity": .infinity
      case let time?: UInt64(time).map { .milliseconds($0) }
      case nil: nil
      }
    return ChildSpecification(
      id: plan.id, entry: EntryID(namespace: Cast.namespace, name: plan.id), restart: restart,
      shutdown: shutdown,
      type: plan.isSupervisor ? .supervisor : .worker)
  }
}
