import WippyCore

extension SupervisorState {
  /// Something that takes time: children to stop, then children to start, then a conclusion.
  struct Operation: Sendable {
    enum Purpose: Sendable {
      case initialStart
      /// The one that failed, and why anything is started.
      case restart(ChildKey)
      case startChild(RequestToken, ChildKey)
      case restartChild(RequestToken, ChildKey)
      case terminateChild(RequestToken)
      /// The supervisor's own end.
      case end(ExitReason)
    }

    /// A child that has been asked to stop.
    struct Stop: Sendable {
      var key: ChildKey
      var timer: TimerToken?
    }

    struct Start: Sendable {
      var token: StartToken
      var key: ChildKey
    }

    var purpose: Purpose
    /// The last one is next.
    var stops: [ChildKey]
    /// The first one is next.
    var starts: ArraySlice<ChildKey>
    var stopping: [ProcessID: Stop] = [:]
    var starting: Start?
    /// All at once, not one after the other.
    var isParallel = false

    init(_ purpose: Purpose, stops: [ChildKey] = [], starts: [ChildKey] = []) {
      self.purpose = purpose
      self.stops = stops
      self.starts = starts[...]
    }

    func awaits(_ pid: ProcessID) -> Bool { stopping[pid] != nil }
  }

  /// Takes the operation one step further; `false` when it waits for something.
  mutating func advance() -> Bool {
    guard let operation else { return true }
    if operation.starting != nil { return false }
    if !operation.stopping.isEmpty, !operation.isParallel || operation.stops.isEmpty { return false }
    if let key = operation.stops.last {
      self.operation?.stops.removeLast()
      stop(key)
    } else if let key = operation.starts.first {
      self.operation?.starts.removeFirst()
      start(key)
    } else {
      self.operation = nil
      conclude(operation.purpose)
    }
    return true
  }

  // MARK: Stopping

  private mutating func stop(_ key: ChildKey) {
    guard let child = children[key] else { return }
    guard case .running(let pid) = child.status else {
      settle(key)
      return
    }
    if let reason = ended.removeValue(forKey: pid) {
      settle(key)
      actions.append(.report(.childStopped(id: child.specification.id, pid, reason)))
      return
    }
    var timer: TimerToken?
    switch child.specification.shutdown {
    case .brutalKill:
      actions.append(.terminate(pid))
    case .infinity:
      actions.append(.cancel(pid))
    case .milliseconds(let milliseconds):
      let token = TimerToken(id: makeToken())
      timer = token
      actions.append(.cancel(pid))
      let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
      actions.append(.setTimer(token, nanoseconds: overflow ? .max : nanoseconds))
    }
    operation?.stopping[pid] = Operation.Stop(key: key, timer: timer)
  }

  /// A child whose end the operation awaits has ended.
  mutating func stopped(_ pid: ProcessID, _ reason: ExitReason) {
    guard let stop = operation?.stopping.removeValue(forKey: pid) else { return }
    if let timer = stop.timer { actions.append(.clearTimer(timer)) }
    let id = children[stop.key]?.specification.id ?? ""
    settle(stop.key)
    actions.append(.report(.childStopped(id: id, pid, reason)))
  }

  mutating func timerFired(_ token: TimerToken) {
    guard let (pid, stop) = operation?.stopping.first(where: { $0.value.timer == token }) else { return }
    operation?.stopping[pid]?.timer = nil
    actions.append(.report(.childKilled(id: children[stop.key]?.specification.id ?? "", pid)))
    actions.append(.terminate(pid))
  }

  /// The supervisor's own end, when its children have ended: in reverse order, those of `simple_one_for_one` together.
  mutating func stopAll(then reason: ExitReason) {
    var operation = Operation(.end(reason), stops: order)
    operation.isParallel = strategy == .simpleOneForOne
    self.operation = operation
  }

  // MARK: Starting

  private mutating func start(_ key: ChildKey) {
    guard let child = children[key] else { return }
    let token = StartToken(id: makeToken())
    operation?.starting = Operation.Start(token: token, key: key)
    actions.append(.start(token, child.specification, restarts: child.restarts))
  }

  mutating func started(_ token: StartToken, _ pid: ProcessID) {
    guard let start = operation?.starting, start.token == token, let child = children[start.key] else {
      return
    }
    operation?.starting = nil
    setStatus(start.key, .running(pid))
    children[start.key]?.restarts += 1
    actions.append(
      .report(.childStarted(id: child.specification.id, pid, restarts: child.restarts)))
    guard let operation, operation.starts.isEmpty else { return }
    switch operation.purpose {
    case .startChild(let request, _), .restartChild(let request, _):
      actions.append(.reply(request, .success(.started(pid))))
    case .initialStart, .restart, .terminateChild, .end: break
    }
  }

  mutating func startFailed(_ token: StartToken, _ failure: SpawnFailure) {
    guard let operation, let start = operation.starting, start.token == token,
      let specification = children[start.key]?.specification
    else { return }
    actions.append(.report(.childStartFailed(id: specification.id, failure)))
    self.operation = nil
    switch operation.purpose {
    case .initialStart:
      stopAll(then: .start("child `\(specification.id)` did not start: \(failure.message)"))
    case .restart(let failed):
      // Those that a failed restart has started stay; the next attempt begins with the one that did not start.
      let last: ProcessID? =
        if start.key == failed, case .restarting(let pid) = children[failed]?.status { pid } else { nil }
      setStatus(start.key, .restarting(last))
      if retries.isEmpty { actions.append(.resumeLater) }
      retries.append(start.key)
    case .startChild(let request, let key):
      remove(key)
      actions.append(.reply(request, .failure(.startFailed(failure))))
    case .restartChild(let request, _):
      actions.append(.reply(request, .failure(.startFailed(failure))))
    case .terminateChild, .end: break
    }
  }

  // MARK: The end of an operation

  private mutating func conclude(_ purpose: Operation.Purpose) {
    switch purpose {
    case .initialStart:
      actions.append(.initialized)
    case .terminateChild(let request):
      actions.append(.reply(request, .success(.done)))
    case .end(let reason):
      finish(reason)
    case .restart, .startChild, .restartChild:
      break
    }
  }
}
