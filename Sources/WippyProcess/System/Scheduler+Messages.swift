import Synchronization
import WippyCore

extension Scheduler {
  package func send(from: ProcessID?, to: ProcessID, topic: String, payload: [Value]) throws(SendFailure) {
    guard let process = table[to] else {
      if let node = to.node { throw .nodeUnreachable(node) }
      throw .noProcess(to)
    }
    try process.post(
      ProcessEvent(.message(topic: topic, payload: payload), from: from, at: reactor.wallTime()),
      bytes: messageBytes(topic: topic, payload: payload))
  }
}

extension ScheduledProcess {
  /// Puts a message into the mailbox, and wakes the process when it has not been told.
  @inline(__always)
  func post(_ event: consuming ProcessEvent, bytes: Int) throws(SendFailure) {
    // Taken out of the optional it is moved, where a captured event would be copied.
    var slot: ProcessEvent? = event
    let arrival = mailbox.withLock { mailbox -> Mailbox.Arrival in
      guard let event = slot.take() else { return .refused(.closed) }
      return mailbox.post(event, bytes: bytes, limits: limits)
    }
    switch arrival {
    case .queued(wakes: true): wake()
    case .queued(wakes: false): return
    case .full(.messages): throw .mailboxFull(pid, limit: limits.maxMailbox, of: .messages)
    case .full(.bytes): throw .mailboxFull(pid, limit: limits.maxMailboxBytes, of: .bytes)
    case .refused(.absent): throw .noMailbox(pid)
    case .refused, .flooded: throw .noProcess(pid)
    }
  }

  /// Puts a signal into the mailbox; `false` when there is none.
  @discardableResult
  func signal(_ kind: ProcessEvent.Kind, from: ProcessID?) -> Bool {
    let event = ProcessEvent(kind, from: from, at: reactor.wallTime())
    switch mailbox.withLock({ $0.signal(event) }) {
    case .queued(let wakes):
      if wakes { wake() }
      return true
    case .flooded:
      let bound = UInt64(Mailbox.maxSignals)
      stop(.resource(LimitExceeded(limit: "unread signals", allowed: bound, used: bound + 1)))
      return true
    case .refused, .full:
      return false
    }
  }

  var hasMailbox: Bool { mailbox.withLock { $0.status == .open } }
}
