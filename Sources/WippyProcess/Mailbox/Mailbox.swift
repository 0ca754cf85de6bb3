import WippyCore

/// What a process has been sent and has not received, in order of arrival: a value, changed under its lock.
///
/// Messages are bounded by number and bytes: `max_mailbox` and `max_mailbox_bytes`. Signals (ends of others, cancels) are
/// never refused, so their bound is the process's life: `maxSignals`.
struct Mailbox: ~Copyable, Sendable {
  enum Status: Sendable {
    /// The program receives nothing.
    case absent
    case open
    /// The process is over.
    case closed
  }

  enum Arrival: Sendable, Equatable {
    /// `wakes` when it is the first since the holder emptied the mailbox.
    case queued(wakes: Bool)
    case refused(Status)
    case full(SendFailure.Bound)
    /// More signals than any process may leave unread.
    case flooded
  }

  /// About 30 MB of them.
  static let maxSignals = 250_000
  /// A mailbox that held more than this gives its memory back when it is empty.
  private static let keptSlots = 64

  private var events = EventQueue()
  private(set) var bytes: Int = 0
  private var messages: Int = 0
  private(set) var status = Status.absent
  private var isTold = false
  private var hasCancel = false

  var count: Int { events.count }

  mutating func open() {
    if status == .absent { status = .open }
  }

  /// Takes a message, within the bounds; 0 is none.
  @inline(__always)
  mutating func post(_ event: consuming ProcessEvent, bytes size: Int, limits: borrowing ProcessLimits) -> Arrival {
    guard status == .open else { return .refused(status) }
    if limits.maxMailbox > 0, messages >= limits.maxMailbox { return .full(.messages) }
    if limits.maxMailboxBytes > 0, UInt64(bytes + size) > limits.maxMailboxBytes { return .full(.bytes) }
    messages += 1
    bytes += size
    return append(event, size: size)
  }

  /// Takes a signal. A cancel behind one that nobody has read yet adds nothing.
  mutating func signal(_ event: ProcessEvent) -> Arrival {
    guard status == .open else { return .refused(status) }
    if case .cancel = event.kind {
      if hasCancel { return .queued(wakes: false) }
      hasCancel = true
    }
    guard events.count - messages < Mailbox.maxSignals else { return .flooded }
    return append(event, size: -1)
  }

  @inline(__always)
  private mutating func append(_ event: consuming ProcessEvent, size: Int) -> Arrival {
    events.append(event, size: size)
    let wakes = !isTold
    isTold = true
    return .queued(wakes: wakes)
  }

  /// The holder's next event. Once it has taken the last one, the next arrival wakes it.
  @inline(__always)
  mutating func next() -> ProcessEvent? {
    guard events.count > 0 else {
      isTold = false
      return nil
    }
    let size = events.firstSize
    if size >= 0 {
      messages -= 1
      bytes -= size
    } else if events.isFirstCancel {
      hasCancel = false
    }
    if events.count == 1 {
      isTold = false
      if events.capacity > Mailbox.keptSlots { return last() }
    }
    return events.popFirst()
  }

  /// The last event of a queue whose memory is not to be kept.
  private mutating func last() -> ProcessEvent? {
    let event = events.popFirst()
    events.shrink()
    return event
  }

  /// Refuses everything from now on; returns what it was, to be freed outside the lock.
  mutating func close(as status: Status = .closed) -> Mailbox {
    var old = Mailbox()
    swap(&self, &old)
    self.status = status
    return old
  }
}
