import WippyCore

/// What a service decides: a value that turns events into actions, without a clock and without chance.
package struct ServiceState: Sendable {
  private struct Instance: Sendable {
    enum Phase: Sendable {
      case idle
      /// Waits for its Init until the timer.
      case starting(Token, timer: Token)
      case running(ProcessID, since: MonotonicTime)
      /// Waits for its next attempt.
      case backoff(timer: Token)
      case stopping(ProcessID, timer: Token?)
      /// A stop came while it started: what comes of that is stopped.
      case unwanted(Token, timer: Token)
      case ended(ExitReason)
      case failed(ExitReason)
    }

    var phase = Phase.idle
    /// Attempts since the last stable run.
    var attempt = 0
    var starts = 0
    var hasRun = false
  }

  private let specification: ServiceSpecification
  private var instances: [Instance]
  private var stop: ExitReason?
  private var killed: [ProcessID] = []
  private var lastFailure: String?
  private var lastToken: UInt64 = 0
  private var told = ServiceStatus()
  private var isOver = false
  private var actions: [Action] = []

  package init(_ specification: ServiceSpecification) {
    self.specification = specification
    instances = Array(repeating: Instance(), count: specification.instances)
  }

  /// Takes one event and says what is to be done, in this order.
  ///
  /// - Parameter random: -1 to 1, another one each time: the jitter of a delay.
  package mutating func handle(_ event: Event, at now: MonotonicTime, random: Double) -> [Action] {
    guard !isOver else { return [] }
    switch event {
    case .start:
      for index in instances.indices {
        if case .idle = instances[index].phase { spawn(index) }
      }
    case .started(let token, let pid): started(token, pid, now)
    case .startFailed(let token, let failure): startFailed(token, failure, random)
    case .exited(let pid, let reason): exited(pid, reason, now, random)
    case .timer(let token): timerFired(token, random)
    case .stop(let reason): beginStop(reason)
    }
    conclude()
    defer { actions = [] }
    return actions
  }

  // MARK: Starting

  private mutating func spawn(_ index: Int) {
    let token = makeToken()
    let timer = makeToken()
    actions.append(.setTimer(timer, nanoseconds: specification.startTimeout))
    actions.append(.spawn(token, restarts: instances[index].starts))
    instances[index].starts += 1
    instances[index].phase = .starting(token, timer: timer)
  }

  private mutating func started(_ token: Token, _ pid: ProcessID, _ now: MonotonicTime) {
    for index in instances.indices {
      switch instances[index].phase {
      case .starting(token, let timer):
        actions.append(.clearTimer(timer))
        instances[index].phase = .running(pid, since: now)
        instances[index].hasRun = true
        return
      case .unwanted(token, let timer):
        actions.append(.clearTimer(timer))
        ask(index, pid)
        return
      default: continue
      }
    }
    // Its time was over, and another attempt is under way.
    actions.append(.terminate(pid))
  }

  private mutating func startFailed(_ token: Token, _ failure: SpawnFailure, _ random: Double) {
    for index in instances.indices {
      switch instances[index].phase {
      case .starting(token, let timer):
        actions.append(.clearTimer(timer))
        lastFailure = failure.message
        let reason = failure.reason ?? .start(failure.message)
        if failure.retryable, specification.policy != .temporary {
          retry(index, reason, random)
        } else {
          instances[index].phase = .failed(reason)
        }
      case .unwanted(token, let timer):
        actions.append(.clearTimer(timer))
        instances[index].phase = .ended(.cancelled(reason: nil))
      default: continue
      }
    }
  }

  private mutating func retry(_ index: Int, _ reason: ExitReason, _ random: Double) {
    let attempt = instances[index].attempt + 1
    let limit = specification.backoff.maxAttempts
    if limit > 0, attempt > limit {
      instances[index].phase = .failed(reason)
      return
    }
    instances[index].attempt = attempt
    let timer = makeToken()
    let delay = specification.backoff.delay(attempt: attempt, random: random)
    actions.append(.setTimer(timer, nanoseconds: delay))
    instances[index].phase = .backoff(timer: timer)
  }

  // MARK: Ends

  private mutating func exited(_ pid: ProcessID, _ reason: ExitReason, _ now: MonotonicTime, _ random: Double) {
    for index in instances.indices {
      switch instances[index].phase {
      case .running(pid, let since):
        if now.nanoseconds(since: since) > specification.stableThreshold { instances[index].attempt = 0 }
        if reason.isAbnormal { lastFailure = "\(reason)" }
        if specification.policy.restarts(after: reason), !reason.endsRetries {
          retry(index, reason, random)
        } else {
          instances[index].phase = .ended(reason)
        }
      case .stopping(pid, let timer):
        if let timer { actions.append(.clearTimer(timer)) }
        instances[index].phase = .ended(reason)
      default: continue
      }
    }
  }

  private mutating func timerFired(_ token: Token, _ random: Double) {
    for index in instances.indices {
      switch instances[index].phase {
      case .backoff(timer: token): spawn(index)
      case .starting(_, timer: token):
        lastFailure = "it did not start within `start_timeout`"
        let reason = ExitReason.start("it did not start within `start_timeout`: raise it, or start less")
        if specification.policy == .temporary {
          instances[index].phase = .failed(reason)
        } else {
          retry(index, reason, random)
        }
      case .unwanted(_, timer: token):
        instances[index].phase = .ended(.killed)
      case .stopping(let pid, timer: token):
        killed.append(pid)
        actions.append(.terminate(pid))
        instances[index].phase = .stopping(pid, timer: nil)
      default: continue
      }
    }
  }

  // MARK: Stopping

  private mutating func beginStop(_ reason: ExitReason) {
    guard stop == nil else { return }
    stop = reason
    for index in instances.indices {
      switch instances[index].phase {
      case .idle: instances[index].phase = .ended(reason)
      case .backoff(let timer):
        actions.append(.clearTimer(timer))
        instances[index].phase = .ended(reason)
      case .starting(let token, let timer):
        actions.append(.clearTimer(timer))
        let timer = makeToken()
        actions.append(.setTimer(timer, nanoseconds: specification.stopTimeout))
        instances[index].phase = .unwanted(token, timer: timer)
      case .running(let pid, _): ask(index, pid)
      case .stopping, .unwanted, .ended, .failed: break
      }
    }
  }

  private mutating func ask(_ index: Int, _ pid: ProcessID) {
    let timer = makeToken()
    actions.append(.cancel(pid))
    actions.append(.setTimer(timer, nanoseconds: specification.stopTimeout))
    instances[index].phase = .stopping(pid, timer: timer)
  }

  // MARK: What others see

  package var status: ServiceStatus {
    var status = ServiceStatus(lastFailure: lastFailure, killed: killed)
    var (isIdle, isPending, isStopping, hasFailed) = (true, false, false, false)
    for instance in instances {
      status.restarts += max(0, instance.starts - 1)
      if case .idle = instance.phase { continue }
      isIdle = false
      switch instance.phase {
      case .running(let pid, _): status.processes.append(pid)
      case .stopping(let pid, _):
        status.processes.append(pid)
        isStopping = true
      case .unwanted: isStopping = true
      case .starting, .backoff: isPending = true
      case .failed: hasFailed = true
      case .idle, .ended: break
      }
    }
    if stop != nil {
      status.state = isStopping ? .stopping : .stopped
    } else if isIdle {
      status.state = .unknown
    } else if hasFailed {
      status.state = .failed
    } else if isPending {
      status.state = .starting
    } else {
      status.state = status.processes.isEmpty ? .exited : .running
    }
    return status
  }

  private mutating func conclude() {
    let status = self.status
    if status != told {
      told = status
      actions.append(.changed(status))
    }
    let isDone = instances.allSatisfy { instance in
      switch instance.phase {
      case .ended, .failed: true
      default: false
      }
    }
    guard isDone else { return }
    isOver = true
    actions.append(.end(stop ?? ownReason))
  }

  /// Of a service that nobody stopped: that of an instance that failed, else the last one's.
  private var ownReason: ExitReason {
    var last = ExitReason.normal(nil)
    for instance in instances {
      switch instance.phase {
      case .failed(let reason): return reason
      case .ended(let reason): last = reason
      default: continue
      }
    }
    return last
  }

  private mutating func makeToken() -> Token {
    lastToken += 1
    return Token(id: lastToken)
  }
}

extension ExitReason {
  /// Whether it is an error value that says that trying again is of no use (`retryable` is false), or an entry that
  /// cannot start as it is configured.
  fileprivate var endsRetries: Bool {
    switch signal {
    case .error(.some(let value)): value["retryable"] == .bool(false)
    case .start: true
    default: false
    }
  }
}
