import WippyCore

extension SupervisorState {
  /// A child has ended without being asked.
  mutating func childEnded(_ key: ChildKey, _ pid: ProcessID, _ reason: ExitReason, at now: MonotonicTime) {
    guard let child = children[key], child.status == .running(pid) else { return }
    let restarts = child.specification.restart.restarts(after: reason)
    actions.append(
      .report(.childEnded(id: child.specification.id, pid, reason, willRestart: restarts)))
    if restarts {
      restart(key, at: now)
    } else {
      settle(key)
    }
  }

  /// Restarts what the strategy says, or gives up. Each attempt counts.
  mutating func restart(_ key: ChildKey, at now: MonotonicTime) {
    guard let child = children[key] else { return }
    guard intensity.add(at: now) else {
      let id = child.specification.id
      actions.append(
        .report(.intensityExceeded(id: id, limit: intensity.limit, period: intensity.period)))
      settle(key)
      // Erlang's `shutdown`: the supervisor did what it had to.
      stopAll(then: .cancelled(reason: "child `\(id)` failed more often than `intensity` allows"))
      return
    }
    switch strategy {
    case .oneForOne, .simpleOneForOne:
      // Requests name a child of `simple_one_for_one` that does not come up again by its last PID.
      if case .running(let pid) = child.status { setStatus(key, .restarting(pid)) }
      operation = Operation(.restart(key), starts: [key])
    case .oneForAll:
      setStatus(key, .stopped)
      sweep(order, failed: key)
    case .restForOne:
      setStatus(key, .stopped)
      sweep(order.filter { $0 >= key }, failed: key)
    }
  }

  /// Stops these children and starts them again; temporary ones are not started again, whoever failed.
  private mutating func sweep(_ keys: [ChildKey], failed: ChildKey) {
    operation = Operation(
      .restart(failed), stops: keys.filter { $0 != failed },
      starts: keys.filter { children[$0]?.specification.restart != .temporary })
  }
}
