import WippyCore

/// Who waits for which descriptor, and what the kernel has been told about it. A value: it makes no system call.
struct DescriptorTable: Sendable {
  typealias Action = @Sendable () -> Void

  struct Waiter: Sendable {
    let descriptor: Int32
    let readiness: Readiness
    let action: Action
  }

  /// What the kernel has to be told.
  enum Change: Equatable {
    case none
    /// Watch once for `readiness`; events carry `generation`.
    case watch(Int32, Set<Readiness>, generation: UInt32, isKnown: Bool)
    case forget(Int32)
  }

  private struct Interest {
    var readers: [UInt64] = []
    var writers: [UInt64] = []
    /// The kernel has the descriptor, armed or not.
    var isKnown = false
    /// What it watches for now.
    var armed: Set<Readiness> = []
    /// Tells an event of this registration from one of an earlier descriptor of the same number.
    var generation: UInt32 = 0

    var wanted: Set<Readiness> {
      var wanted: Set<Readiness> = []
      if !readers.isEmpty { wanted.insert(.readable) }
      if !writers.isEmpty { wanted.insert(.writable) }
      return wanted
    }
  }

  private var interests: [Int32: Interest] = [:]
  private var waiters: [UInt64: Waiter] = [:]
  private var generations: UInt32 = 0

  var count: Int { waiters.count }

  mutating func add(id: UInt64, _ waiter: Waiter) -> Change {
    waiters[id] = waiter
    switch waiter.readiness {
    case .readable: interests[waiter.descriptor, default: Interest()].readers.append(id)
    case .writable: interests[waiter.descriptor, default: Interest()].writers.append(id)
    }
    return arm(waiter.descriptor)
  }

  /// Takes a waiter out; the waiter is returned so that its action is freed outside of locks.
  mutating func remove(id: UInt64) -> (waiter: Waiter, change: Change)? {
    guard let waiter = waiters.removeValue(forKey: id) else { return nil }
    guard var interest = interests[waiter.descriptor] else { return (waiter, .none) }
    interest.readers.removeAll { $0 == id }
    interest.writers.removeAll { $0 == id }
    interests[waiter.descriptor] = interest
    guard interest.wanted.isEmpty else { return (waiter, .none) }
    // Errors and hang-ups are reported even of a descriptor that is watched for nothing.
    interests[waiter.descriptor] = nil
    return (waiter, interest.armed.isEmpty ? .none : .forget(waiter.descriptor))
  }

  /// The kernel has reported; its watch is over. Returns the actions to run, and how to go on.
  mutating func ready(
    _ descriptor: Int32, _ readiness: Set<Readiness>, generation: UInt32
  ) -> (actions: [Action], change: Change) {
    guard var interest = interests[descriptor], interest.generation == generation else { return ([], .none) }
    interest.armed = []
    var ids: [UInt64] = []
    if readiness.contains(.readable) {
      ids += interest.readers
      interest.readers = []
    }
    if readiness.contains(.writable) {
      ids += interest.writers
      interest.writers = []
    }
    interests[descriptor] = interest
    let actions = ids.compactMap { waiters.removeValue(forKey: $0)?.action }
    return (actions, arm(descriptor))
  }

  /// The kernel cannot watch the descriptor: everybody who waits for it is to go and see.
  mutating func refused(_ descriptor: Int32) -> [UInt64] {
    guard let interest = interests.removeValue(forKey: descriptor) else { return [] }
    return interest.readers + interest.writers
  }

  /// Takes a waiter whose descriptor was refused.
  mutating func takeRefused(_ id: UInt64) -> Action? {
    waiters.removeValue(forKey: id)?.action
  }

  private mutating func arm(_ descriptor: Int32) -> Change {
    guard var interest = interests[descriptor] else { return .none }
    let wanted = interest.wanted
    guard !wanted.isSubset(of: interest.armed) else { return .none }
    generations &+= 1
    interest.generation = generations
    interest.armed = wanted
    let isKnown = interest.isKnown
    interest.isKnown = true
    interests[descriptor] = interest
    return .watch(descriptor, wanted, generation: generations, isKnown: isKnown)
  }
}
