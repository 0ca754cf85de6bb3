import WippyCore

/// A ring of events that are moved in and out, so that an event costs no reference counts on its way.
///
/// Unchecked: the memory belongs to this value alone, which cannot be copied and is guarded by the mailbox's lock.
struct EventQueue: ~Copyable, @unchecked Sendable {
  struct Slot: Sendable {
    var event: ProcessEvent
    /// Of a message; -1 of a signal.
    var bytes: Int
  }

  private var base: UnsafeMutablePointer<Slot>?
  /// 0, or a power of two.
  private(set) var capacity = 0
  private var head = 0
  private(set) var count = 0

  init() {}

  deinit {
    guard let base else { return }
    for offset in 0..<count { (base + ((head + offset) & (capacity - 1))).deinitialize(count: 1) }
    base.deallocate()
  }

  @inline(__always)
  mutating func append(_ slot: consuming Slot) {
    if count == capacity { grow() }
    guard let base else { return }
    (base + ((head + count) & (capacity - 1))).initialize(to: slot)
    count += 1
  }

  @inline(__always)
  mutating func popFirst() -> Slot? {
    guard count > 0, let base else { return nil }
    let slot = base + head
    head = (head + 1) & (capacity - 1)
    count -= 1
    return slot.move()
  }

  private mutating func grow() {
    let larger = max(4, capacity * 2)
    let new = UnsafeMutablePointer<Slot>.allocate(capacity: larger)
    if let base {
      let first = min(count, capacity - head)
      new.moveInitialize(from: base + head, count: first)
      (new + first).moveInitialize(from: base, count: count - first)
      base.deallocate()
    }
    base = new
    capacity = larger
    head = 0
  }

  /// Gives back the memory of an empty queue.
  mutating func shrink() {
    guard count == 0 else { return }
    base?.deallocate()
    base = nil
    capacity = 0
    head = 0
  }
}
