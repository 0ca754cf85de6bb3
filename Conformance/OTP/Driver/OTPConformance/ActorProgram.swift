import Synchronization
import WippyCore
import WippyProcess

/// A process that does what the scenario says, and tells the trace what it hears.
final class ActorProgram: ProcessProgram {
  private struct State: Sendable {
    var label: String?
    var isTimeOver = false
  }

  private let name: String
  private let lane: String
  private let plan: Scenario.ChildPlan
  /// The supervisor that it belongs to.
  private let parent: ProcessID?
  private let trace: Trace
  private let scheduler: Scheduler
  private let state = Mutex(State())

  init(
    _ name: String, lane: String, plan: Scenario.ChildPlan, parent: ProcessID?, trace: Trace,
    scheduler: Scheduler
  ) {
    self.name = name
    self.lane = lane
    self.plan = plan
    self.parent = parent
    self.trace = trace
    self.scheduler = scheduler
  }

  var hasMailbox: Bool { true }
  var memoryInUse: UInt64 { 0 }
  func close() {}
  func interrupt() {}

  private var stops: String? { plan.option("stops") }

  func step(_ context: any ProcessContext) -> StepOutcome {
    guard let label = state.withLock({ $0.label }) else { return begin(context) }
    if state.withLock({ $0.isTimeOver }) { return .exit(.cancelled(reason: nil)) }
    while let event = context.receive() {
      if let end = take(event, label, context) { return .exit(end) }
    }
    return .wait
  }

  private func begin(_ context: any ProcessContext) -> StepOutcome {
    let (label, number) = trace.label(name, lane: lane)
    state.withLock { $0.label = label }
    trace.bind(label, context.pid)
    let failures = plan.option("fails").map { $0.split(separator: ",") } ?? []
    if failures == ["all"] || failures.contains("\(number)") {
      trace.add(label, "fail \(label) boom")
      return .exit(.error(.string("boom")))
    }
    if plan.options.contains("traps") || stops != nil { context.system.setTrapsLinks(context.pid, true) }
    trace.add(label, "start \(label)")
    scheduler.monitor(context.pid) { [trace] _, reason in trace.add(label, "exit \(label) \(reason.word)") }
    return .started
  }

  /// The reason to end with, if it does.
  private func take(_ event: ProcessEvent, _ label: String, _ context: any ProcessContext) -> ExitReason? {
    switch event.kind {
    case .message("exit", let payload):
      guard case .string(let word) = payload.first else { return .normal(nil) }
      return ExitReason(word: word)
    case .message(let topic, _):
      trace.add(label, "got \(label) message \(topic) from \(trace.label(of: event.from))")
    case .exit(let reason):
      trace.add(label, "got \(label) down \(trace.label(of: event.from)) \(reason.word)")
    case .linkDown(let reason):
      trace.add(label, "got \(label) exit \(trace.label(of: event.from)) \(reason.word)")
      if let parent, event.from == parent { return reason }
    case .cancel(let reason):
      guard context.system.trapsLinks(context.pid) else { return .cancelled(reason: reason) }
      trace.add(label, "got \(label) shutdown")
      return stop(context)
    }
    return nil
  }

  private func stop(_ context: any ProcessContext) -> ExitReason? {
    guard let stops else { return .cancelled(reason: nil) }
    guard let milliseconds = UInt64(stops) else { return nil }
    let deadline = context.reactor.now().advanced(byNanoseconds: milliseconds * 1_000_000)
    _ = context.reactor.schedule(at: deadline) { [weak self] in
      self?.state.withLock { $0.isTimeOver = true }
      context.wake()
    }
    return nil
  }
}
