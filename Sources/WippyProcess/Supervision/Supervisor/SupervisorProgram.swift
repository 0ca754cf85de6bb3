import Synchronization
import WippyCore

/// A supervisor as a process: it feeds its state with what happens, and does what the state says.
///
/// Init is complete when all children have started. Children are linked to it and monitored by it: the link takes them
/// along when it is killed, the monitor tells of a child that has unlinked itself. A host that cancels it should give it
/// all the time that its children may take (`cancelGraceMilliseconds: .max`).
package final class SupervisorProgram: ProcessProgram, SupervisorEndpoint {
  package typealias ChildReader = @Sendable (Value) -> Result<ChildSpecification, RequestFailure>
  package typealias Reporter = @Sendable (ProcessID, SupervisorReport) -> Void
  typealias Completion = @Sendable (Result<Value, RequestFailure>) -> Void

  /// What only the worker that steps the program uses.
  private struct Holder: Sendable {
    var state: SupervisorState
    var timers: [SupervisorState.TimerToken: ReactorToken] = [:]
    var isRunning = false
    /// Init is complete, and the scheduler does not know it yet.
    var announces = false
    var resumes = false
    var end: ExitReason?
  }

  /// What others leave for it.
  private struct Inbox: Sendable {
    var events: [SupervisorState.Event] = []
    var requests: [SupervisorState.RequestToken: Completion] = [:]
    var lastRequest: UInt64 = 0
    var context: (any ProcessContext)?
    var isClosed = false
  }

  private let holder: Mutex<Holder>
  private let inbox = Mutex(Inbox())
  private let childCount = Atomic<Int>(0)
  private let scheduler: Scheduler
  private let strategy: RestartStrategy
  private let host: EntryID?
  private let parent: ProcessID?
  private let readChild: ChildReader
  private let report: Reporter?

  /// - Parameters:
  ///   - host: Where children without a host of their own run.
  ///   - parent: The process that spawns the supervisor, if one does: with its end the supervisor ends.
  ///   - readChild: Reads and checks what a program gives `start_child`.
  package init(
    _ specification: SupervisorSpecification, scheduler: Scheduler, host: EntryID?, parent: ProcessID? = nil,
    readChild: @escaping ChildReader, report: Reporter? = nil
  ) {
    holder = Mutex(Holder(state: SupervisorState(specification)))
    strategy = specification.strategy
    self.scheduler = scheduler
    self.host = host
    self.parent = parent
    self.readChild = readChild
    self.report = report
  }

  // MARK: ProcessProgram

  package var hasMailbox: Bool { true }
  package var memoryInUse: UInt64 { 1024 + 512 * UInt64(max(0, childCount.load(ordering: .relaxed))) }
  package var waitsFor: String? { "its children" }
  package func interrupt() {}

  package func step(_ context: any ProcessContext) -> StepOutcome {
    if !holder.withLock({ $0.isRunning }) {
      holder.withLock { $0.isRunning = true }
      inbox.withLock { $0.context = context }
      context.system.setTrapsLinks(context.pid, true)
      scheduler.enroll(self, pid: context.pid, entry: context.entry)
      feed(.begin, context)
    }
    while true {
      drainInbox(context)
      guard let event = context.receive() else { break }
      // The completion of a spawn comes before whatever else is heard of its process.
      drainInbox(context)
      if let event = supervisionEvent(event) { feed(event, context) }
    }
    let resumes = holder.withLock { holder in
      defer { holder.resumes = false }
      return holder.resumes
    }
    if resumes { feed(.resume, context) }
    drainInbox(context)
    return outcome()
  }

  private func outcome() -> StepOutcome {
    holder.withLock { holder in
      if let end = holder.end { return .exit(end) }
      if holder.announces {
        holder.announces = false
        return .started
      }
      return holder.resumes ? .yield : .wait
    }
  }

  package func close() {
    let (context, requests) = inbox.withLock { inbox in
      defer { inbox = Inbox(isClosed: true) }
      return (inbox.context, inbox.requests.values)
    }
    let (running, timers) = holder.withLock { holder in
      defer { holder.timers = [:] }
      return (holder.end == nil ? holder.state.running : [], holder.timers.values)
    }
    for completion in requests { completion(.failure(SupervisorRefusal.ended.failure)) }
    guard let context else { return }
    scheduler.withdraw(self, pid: context.pid, entry: context.entry)
    for timer in timers { context.reactor.cancel(timer) }
    // Killed: the links end the children, but for those that trap them. Supervisors see to it themselves.
    for child in running.reversed() where child.specification.type == .worker {
      switch child.specification.shutdown {
      case .brutalKill: context.system.terminate(child.pid)
      case .infinity: orphan(child.pid, grace: .max, context)
      case .milliseconds(let grace): orphan(child.pid, grace: grace, context)
      }
    }
  }

  private func orphan(_ child: ProcessID, grace: UInt64, _ context: any ProcessContext) {
    context.system.cancel(
      child, reason: "its supervisor has ended", from: context.pid, graceMilliseconds: grace)
  }

  // MARK: SupervisorEndpoint

  package func submit(
    _ request: SupervisorRequest, _ completion: @escaping @Sendable (Result<Value, RequestFailure>) -> Void
  ) {
    let command: SupervisorCommand
    switch makeCommand(request.operation) {
    case .success(let valid): command = valid
    case .failure(let failure): return completion(.failure(failure))
    }
    let (isOpen, context) = inbox.withLock { inbox -> (Bool, (any ProcessContext)?) in
      guard !inbox.isClosed else { return (false, nil) }
      inbox.lastRequest += 1
      let token = SupervisorState.RequestToken(id: inbox.lastRequest)
      inbox.requests[token] = completion
      inbox.events.append(.request(token, command))
      return (true, inbox.context)
    }
    if !isOpen { completion(.failure(SupervisorRefusal.ended.failure)) }
    context?.wake()
  }

  private func makeCommand(_ operation: SupervisorRequest.Operation) -> Result<
    SupervisorCommand, RequestFailure
  > {
    switch operation {
    case .startChild(let values) where strategy == .simpleOneForOne:
      return .success(.startInstance(values))
    case .startChild(let values):
      guard let value = values.first, values.count == 1 else {
        return .failure(SupervisorRefusal.notSimpleOneForOne.failure)
      }
      return readChild(value).map { .startChild($0) }
    case .terminateChild(let name): return .success(.terminateChild(childName(name)))
    case .restartChild(let name): return .success(.restartChild(childName(name)))
    case .deleteChild(let name): return .success(.deleteChild(childName(name)))
    case .whichChildren: return .success(.whichChildren)
    case .countChildren: return .success(.countChildren)
    }
  }

  private func childName(_ text: String) -> SupervisorCommand.ChildName {
    guard strategy == .simpleOneForOne, let pid = ProcessID(text) else { return .id(text) }
    return .pid(pid)
  }

  // MARK: Events

  private func supervisionEvent(_ event: ProcessEvent) -> SupervisorState.Event? {
    switch event.kind {
    case .cancel(let reason): return .stop(.cancelled(reason: reason))
    case .linkDown(let reason):
      guard let from = event.from else { return nil }
      if from == parent {
        return .stop(reason.kind == .normal ? .normal(nil) : .linked(from: from, reason.signal))
      }
      return .exited(from, reason)
    case .exit(let reason): return event.from.map { .exited($0, reason) }
    case .message: return nil
    }
  }

  private func post(_ event: SupervisorState.Event) {
    let context = inbox.withLock { inbox -> (any ProcessContext)? in
      guard !inbox.isClosed else { return nil }
      inbox.events.append(event)
      return inbox.context
    }
    context?.wake()
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

  private func feed(_ event: SupervisorState.Event, _ context: any ProcessContext) {
    let now = context.reactor.now()
    let actions = holder.withLock { holder in
      let actions = holder.state.handle(event, at: now)
      childCount.store(holder.state.children.count, ordering: .relaxed)
      return actions
    }
    for action in actions { perform(action, context) }
  }

  // MARK: Actions

  private func perform(_ action: SupervisorState.Action, _ context: any ProcessContext) {
    switch action {
    case .start(let token, let child, let restarts): start(child, restarts: restarts, token, context)
    case .cancel(let pid):
      // The timer is the state's.
      context.system.cancel(pid, reason: "shutdown", from: context.pid, graceMilliseconds: .max)
    case .terminate(let pid): context.system.terminate(pid)
    case .setTimer(let token, let nanoseconds):
      let deadline = context.reactor.now().advanced(byNanoseconds: nanoseconds)
      let timer = context.reactor.schedule(at: deadline) { [weak self] in self?.post(.timer(token)) }
      holder.withLock { $0.timers[token] = timer }
    case .clearTimer(let token):
      let timer = holder.withLock { $0.timers.removeValue(forKey: token) }
      if let timer { context.reactor.cancel(timer) }
    case .reply(let token, let result):
      let completion = inbox.withLock { $0.requests.removeValue(forKey: token) }
      completion?(answer(result, context).map(\.value).mapError(\.failure))
    case .initialized: holder.withLock { $0.announces = true }
    case .resumeLater: holder.withLock { $0.resumes = true }
    case .report(let report): self.report?(context.pid, report)
    case .end(let reason): holder.withLock { $0.end = reason }
    }
  }

  /// A child of `simple_one_for_one` that has ended before its `terminate_child` came is no error, as in OTP.
  private func answer(
    _ result: Result<SupervisorAnswer, SupervisorRefusal>, _ context: any ProcessContext
  ) -> Result<SupervisorAnswer, SupervisorRefusal> {
    guard case .failure(.unknownProcess(let pid)) = result, context.system.info(pid) == nil else {
      return result
    }
    return .success(.done)
  }

  private func start(
    _ child: ChildSpecification, restarts: Int, _ token: SupervisorState.StartToken,
    _ context: any ProcessContext
  ) {
    var request = SpawnRequest(
      entry: child.entry, host: child.host ?? host, arguments: child.arguments, parent: context.pid,
      inheritance: context.inherited)
    request.isLinked = true
    request.isMonitored = true
    request.restarts = restarts
    context.system.spawn(request) { [weak self] result in
      switch result {
      case .success(let pid): self?.post(.started(token, pid))
      case .failure(let failure): self?.post(.startFailed(token, failure))
      }
    }
  }
}
