/// A host's counters and its admission, in one word: what `Host` exchanges atomically.
struct HostState: Hashable, Sendable {
  private(set) var bits: UInt64

  /// The most that any counter holds.
  static let maximum = (1 << HostState.width) - 1

  private static let width: UInt64 = 21
  private static let mask: UInt64 = (1 << width) - 1
  private static let closedBit: UInt64 = 1 << 63

  init(bits: UInt64 = 0) {
    self.bits = bits
  }

  /// Processes from their admission to the end of their `close`.
  var processes: Int { Int(bits & HostState.mask) }
  /// Processes from their admission until their observers have heard of their end.
  var unfinished: Int { Int(bits >> HostState.width & HostState.mask) }
  /// Admitted processes that have not begun their first step.
  var queued: Int { Int(bits >> (2 * HostState.width) & HostState.mask) }
  var isClosed: Bool { bits & HostState.closedBit != 0 }
  /// Nothing runs, and nothing will.
  var isDrained: Bool { isClosed && unfinished == 0 }

  enum Admission {
    case admitted, closed, full, queueFull
  }

  /// Takes the places of one process. A bound of 0 is what the counters hold.
  mutating func admit(maxProcesses: Int, queueSize: Int) -> Admission {
    if isClosed { return .closed }
    let limit = maxProcesses == 0 ? HostState.maximum : min(maxProcesses, HostState.maximum)
    // A process that has ended counts until its observers have run, which may spawn its successor; the second
    // counter only has to stay within its bits.
    if processes >= limit || unfinished >= HostState.maximum { return .full }
    if queueSize > 0, queued >= queueSize { return .queueFull }
    bits += 1 + 1 << HostState.width + 1 << (2 * HostState.width)
    return .admitted
  }

  mutating func beginFirstStep() {
    bits -= 1 << (2 * HostState.width)
  }

  mutating func release() {
    bits -= 1
  }

  mutating func finish() {
    bits -= 1 << HostState.width
  }

  mutating func close() {
    bits |= HostState.closedBit
  }
}
