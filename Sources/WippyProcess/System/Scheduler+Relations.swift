import Synchronization
import WippyCore

extension Scheduler {
  /// Changes what two processes have of each other, in one go. The older one's lock comes first, so that nobody waits in
  /// a circle; it is the only place that holds two.
  func withControl<Result: Sendable>(
    _ first: ScheduledProcess, _ second: ScheduledProcess,
    _ body: (inout ProcessControl, inout ProcessControl) -> Result
  ) -> Result {
    if first.pid.serial < second.pid.serial {
      first.control.withLock { one in second.control.withLock { two in body(&one, &two) } }
    } else {
      second.control.withLock { two in first.control.withLock { one in body(&one, &two) } }
    }
  }

  // MARK: Monitors

  package func monitor(_ target: ProcessID, by watcher: ProcessID) {
    guard target != watcher, let watcher = table[watcher] else { return }
    if monitor(target, by: watcher) == .gone {
      watcher.signal(.exit(.noproc), from: target)
    }
  }

  enum Relating: Sendable {
    case done
    /// There is no such process.
    case gone
    /// The one who asks is over.
    case tooLate
  }

  private func monitor(_ target: ProcessID, by watcher: ScheduledProcess) -> Relating {
    guard let process = table[target] else {
      // Its EXIT may be on its way.
      return watcher.control.withLock { $0.relations.watched[target.serial] == nil } ? .gone : .done
    }
    return monitor(process, by: watcher)
  }

  func monitor(_ target: ScheduledProcess, by watcher: ScheduledProcess) -> Relating {
    withControl(watcher, target) { watcherControl, targetControl in
      if watcherControl.isOver { return .tooLate }
      if watcherControl.relations.watched[target.pid.serial] != nil { return .done }
      if targetControl.isOver { return .gone }
      watcherControl.relations.watched[target.pid.serial] = target
      targetControl.relations.watchers[watcher.pid.serial] = watcher
      return .done
    }
  }

  package func unmonitor(_ target: ProcessID, by watcher: ProcessID) -> Bool {
    guard let watcher = table[watcher] else { return false }
    let removed = watcher.control.withLock { $0.relations.watched.removeValue(forKey: target.serial) }
    guard let removed else { return false }
    _ = removed.control.withLock { $0.relations.watchers.removeValue(forKey: watcher.pid.serial) }
    return true
  }

  // MARK: Links

  package func link(_ process: ProcessID, _ peer: ProcessID) {
    guard process != peer, let own = table[process] else { return }
    if link(own, peer) == .gone {
      take(own.control.withLock { LinkSignal($0, .noproc) }, from: peer, reason: .noproc, at: own)
    }
  }

  private func link(_ process: ScheduledProcess, _ peer: ProcessID) -> Relating {
    guard let other = table[peer] else {
      return process.control.withLock { $0.relations.links[peer.serial] == nil } ? .gone : .done
    }
    return link(process, other)
  }

  func link(_ process: ScheduledProcess, _ peer: ScheduledProcess) -> Relating {
    withControl(process, peer) { own, other in
      if own.isOver { return .tooLate }
      if own.relations.links[peer.pid.serial] != nil { return .done }
      if other.isOver { return .gone }
      own.relations.links[peer.pid.serial] = peer
      other.relations.links[process.pid.serial] = process
      return .done
    }
  }

  package func unlink(_ process: ProcessID, _ peer: ProcessID) -> Bool {
    guard process != peer, let own = table[process] else { return false }
    guard let other = table[peer] else {
      return own.control.withLock { $0.relations.links.removeValue(forKey: peer.serial) } != nil
    }
    return withControl(own, other) { ownControl, otherControl in
      otherControl.relations.links[process.serial] = nil
      return ownControl.relations.links.removeValue(forKey: peer.serial) != nil
    }
  }

  package func setTrapsLinks(_ process: ProcessID, _ traps: Bool) {
    guard let process = table[process], process.hasMailbox else { return }
    process.control.withLock { $0.relations.trapsLinks = traps }
  }

  package func trapsLinks(_ process: ProcessID) -> Bool {
    table[process]?.control.withLock { $0.relations.trapsLinks } ?? false
  }

  // MARK: An end

  /// What the end of a linked process means for this one: decided under its lock.
  enum LinkSignal: Sendable {
    case none, trap, end

    init(_ control: borrowing ProcessControl, _ reason: ExitReason) {
      if control.relations.trapsLinks {
        self = .trap
      } else if reason.kind == .normal {
        self = .none
      } else {
        self = .end
      }
    }
  }

  private func take(
    _ signal: LinkSignal, from peer: ProcessID, reason: ExitReason, at process: ScheduledProcess
  ) {
    switch signal {
    case .none: return
    case .trap: process.signal(.linkDown(reason), from: peer)
    case .end: process.stop(.linked(from: peer, reason.signalled))
    }
  }

  /// Tells those that a process was tied to, in this order: names, links, calls, monitors.
  ///
  /// - Parameter isStarted: Of a process that never started its parent hears as the spawn's failure, and only so.
  func untie(_ process: ScheduledProcess, _ left: Relations, reason: ExitReason, isStarted: Bool) {
    let pid = process.pid
    for name in left.names { names.release(name, of: process) }
    let silent = isStarted ? nil : process.origin?.parent?.serial
    for peer in left.links.inOrder {
      let signal = peer.control.withLock { control in
        control.relations.links.removeValue(forKey: pid.serial) == nil ? .none : LinkSignal(control, reason)
      }
      if peer.pid.serial != silent { take(signal, from: pid, reason: reason, at: peer) }
    }
    for call in left.calls.sorted(by: { $0.key < $1.key }) {
      cancel(call.value, .killed)
    }
    for target in left.watched.values {
      _ = target.control.withLock { $0.relations.watchers.removeValue(forKey: pid.serial) }
    }
    for watcher in left.watchers.inOrder {
      let isWatching = watcher.control.withLock {
        $0.relations.watched.removeValue(forKey: pid.serial) != nil
      }
      guard isWatching, watcher.pid.serial != silent else { continue }
      watcher.signal(.exit(isStarted ? reason : .noproc), from: pid)
    }
  }
}
