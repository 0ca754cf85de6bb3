import WippyCore

/// A ring of events that are moved in and out, so that an event costs no reference counts on its way.
///
/// Unchecked: the memory belongs to this value alone, which cannot be copied and is guarded by the mailbox's lock.
struct EventQueue: ~Copyable, @unchecked Sendable {
  private var events: UnsafeMutablePointer<ProcessEvent>?
  private var sizes: UnsafeMutablePointer<Int>?
  /// 0, or a power of two.
  private(set) var capacity = 0
  private var head = 0
  private(set) var count = 0

  init() {}

  deinit {
    guard let events else { return }
    for offset in 0..<count { (events + ((head + offset) & (capacity - 1))).deinitialize(count: 1) }
    events.deallocate()
    sizes?.deallocate()
  }

  /// - Parameter size: The bytes of a message; -1 of a signal.
  @inline(__always)
  mutating func append(_ event: consuming ProcessEvent, size: Int) {
    if count == capacity { grow() }
    guard let events, let sizes else { return }
    let place = (head + count) & (capacity - 1)
    (events + place).initialize(to: event)
    sizes[place] = size
    count += 1
  }

  /// What `append` was given with the first event, when there is one.
  var firstSize: Int { sizes?[head] ?? 0 }

  var isFirstCancel: Bool {
    if count > 0, let events, case .cancel = events[head].kind { true } else { false }
  }

  @inline(__always)
  mutating func popFirst() -> ProcessEvent? {
    guard count > 0, let events else { return nil }
    let place = head
    head = (head + 1) & (capacity - 1)
    count -= 1
    return (events + place).move()
  }

  private mutating func grow() {
    let larger = max(4, capacity * 2)
    let newEvents = UnsafeMutablePointer<ProcessEvent>.allocate(capacity: larger)
    let newSizes = UnsafeMutablePointer<Int>.allocate(capacity: larger)
    if let events, let sizes {
      let first = min(count, capacity - head)
      newEvents.moveInitialize(from: events + head, count: first)
      (newEvents + first).moveInitialize(from: events, count: count - first)
      newSizes.moveInitialize(from: sizes + head, count: first)
      (newSizes + first).moveInitialize(from: sizes, count: count - first)
    }
    release()
    events = newEvents
    sizes = newSizes
    capacity = larger
    head = 0
  }

  /// Gives back the memory of an empty queue.
  mutating func shrink() {
    guard count == 0 else { return }
    release()
    capacity = 0
    head = 0
  }

  private mutating func release() {
    events.take()?.deallocate()
    sizes.take()?.deallocate()
  }
}
