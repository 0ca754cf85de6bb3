import Synchronization
import WippyCore

/// A service as a process: it feeds its state with what happens, and does what the state says. It has started at once;
/// what its own processes do is told by their status.
package final class ServiceProgram: ProcessProgram {
  /// Hears of each change of status, on a worker. It has to be short.
  package typealias Observer = @Sendable (ProcessID, ServiceStatus) -> Void

  private struct Holder: Sendable {
    var state: ServiceState
    var timers: [ServiceState.Token: ReactorToken] = [:]
    var steps = 0
    var end: ExitReason?
  }

  private struct Inbox: Sendable {
    var events: [ServiceState.Event] = []
    var isClosed = false
    var context: (any ProcessContext)?
  }

  private let specification: ServiceSpecification
  private let holder: Mutex<Holder>
  private let inbox = Mutex(Inbox())
  private let observer: Observer?
  private let random: @Sendable () -> Double

  /// - Parameter random: -1 to 1: the jitter.
  package init(
    _ specification: ServiceSpecification, observer: Observer? = nil,
    random: @escaping @Sendable () -> Double = { Double.random(in: -1...1) }
  ) {
    self.specification = specification
    holder = Mutex(Holder(state: ServiceState(specification)))
    self.observer = observer
    self.random = random
  }

  package var hasMailbox: Bool { true }
  package var memoryInUse: UInt64 { 1024 + 256 * UInt64(specification.instances) }
  package var waitsFor: String? { "its process" }
  package func interrupt() {}

  package func step(_ context: any ProcessContext) -> StepOutcome {
    let step = holder.withLock { holder in
      holder.steps += 1
      return holder.steps
    }
    switch step {
    case 1:
      context.system.setTrapsLinks(context.pid, true)
      inbox.withLock { $0.context = context }
      return .started
    case 2: feed(.start, context)
    default: break
    }
    drainInbox(context)
    while let event = context.receive() {
      // The completion of a spawn comes before whatever else is heard of its process.
      drainInbox(context)
      if let event = serviceEvent(event) { feed(event, context) }
    }
    drainInbox(context)
    return holder.withLock { $0.end.map { .exit($0) } ?? .wait }
  }

  package func close() {
    let context = inbox.withLock { inbox in
      defer { inbox = Inbox(isClosed: true) }
      return inbox.context
    }
    let (running, timers) = holder.withLock { holder in
      defer { holder.timers = [:] }
      return (holder.end == nil ? holder.state.status.processes : [], holder.timers.values)
    }
    guard let context else { return }
    for timer in timers { context.reactor.cancel(timer) }
    // Killed: the links end its processes, but for those that trap them.
    for pid in running {
      context.system.cancel(
        pid, reason: "its service has ended", from: context.pid,
        graceMilliseconds: specification.stopTimeout / 1_000_000)
    }
  }

  private func serviceEvent(_ event: ProcessEvent) -> ServiceState.Event? {
    switch event.kind {
    case .exit(let reason), .linkDown(let reason): event.from.map { .exited($0, reason) }
    case .cancel(let reason): .stop(.cancelled(reason: reason))
    case .message: nil
    }
  }

  private func drainInbox(_ context: any ProcessContext) {
    while true {
      let events = inbox.withLock { inbox in
        defer { inbox.events.removeAll(keepingCapacity: true) }
        return inbox.events
      }
      if events.isEmpty { return }
      for event in events { feed(event, context) }
    }
  }

  private func feed(_ event: ServiceState.Event, _ context: any ProcessContext) {
    let (now, chance) = (context.reactor.now(), random())
    let actions = holder.withLock { $0.state.handle(event, at: now, random: chance) }
    for action in actions { perform(action, context) }
  }

  private func perform(_ action: ServiceState.Action, _ context: any ProcessContext) {
    switch action {
    case .spawn(let token, let restarts): spawn(token, restarts: restarts, context)
    case .cancel(let pid):
      context.system.cancel(pid, reason: "stop", from: context.pid, graceMilliseconds: .max)
    case .terminate(let pid): context.system.terminate(pid)
    case .setTimer(let token, let nanoseconds):
      let deadline = context.reactor.now().advanced(byNanoseconds: nanoseconds)
      let timer = context.reactor.schedule(at: deadline) { [weak self] in self?.post(.timer(token), context) }
      holder.withLock { $0.timers[token] = timer }
    case .clearTimer(let token):
      let timer = holder.withLock { $0.timers.removeValue(forKey: token) }
      if let timer { context.reactor.cancel(timer) }
    case .changed(let status): observer?(context.pid, status)
    case .end(let reason): holder.withLock { $0.end = reason }
    }
  }

  private func spawn(_ token: ServiceState.Token, restarts: Int, _ context: any ProcessContext) {
    var request = SpawnRequest(
      entry: specification.process, host: specification.host, arguments: specification.arguments,
      parent: context.pid, inheritance: context.inherited)
    request.isLinked = true
    request.isMonitored = true
    request.restarts = restarts
    context.system.spawn(request) { [weak self] result in
      switch result {
      case .success(let pid): self?.post(.started(token, pid), context)
      case .failure(let failure): self?.post(.startFailed(token, failure), context)
      }
    }
  }

  private func post(_ event: ServiceState.Event, _ context: any ProcessContext) {
    let isOpen = inbox.withLock { inbox in
      if !inbox.isClosed { inbox.events.append(event) }
      return !inbox.isClosed
    }
    if isOpen { context.wake() }
  }
}
