import WippyCore
import WippyRegistry

/// Which calls of a function run, and which wait. It decides, and is told the time.
struct PoolState: Sendable {
  enum Admission: Sendable, Hashable {
    case run
    /// In the queue; `growAt` is when the pool is to be asked to grow, if it can.
    case wait(growAt: MonotonicTime?)
    case full
  }

  /// How long the first in the queue of an adaptive pool waits before the pool grows.
  static let patience: UInt64 = 2_000_000

  private let configuration: PoolConfiguration
  /// Calls at once, at present.
  private(set) var allowed: Int
  private(set) var running = 0
  private var queue: [UInt64] = []
  private var head = 0

  init(_ configuration: PoolConfiguration) {
    self.configuration = configuration
    allowed = configuration.kind == .adaptive ? configuration.minimum : configuration.maximum
  }

  var waiting: Int { queue.count - head }

  mutating func admit(_ id: UInt64, at now: MonotonicTime) -> Admission {
    if running < allowed, waiting == 0 {
      running += 1
      return .run
    }
    guard waiting < configuration.buffer else { return .full }
    queue.append(id)
    let mayGrow = configuration.kind == .adaptive && allowed < configuration.maximum && waiting == 1
    return .wait(growAt: mayGrow ? now.advanced(byNanoseconds: PoolState.patience) : nil)
  }

  /// A call has ended: the next one's turn, if one waits.
  mutating func release() -> UInt64? {
    running -= 1
    if let next = next() { return next }
    // An adaptive pool that is idle becomes as small as it was.
    if configuration.kind == .adaptive, allowed > configuration.minimum { allowed -= 1 }
    return nil
  }

  /// The first in the queue has waited for so long: the pool grows by one.
  ///
  /// - Returns: Whose turn it is, and when to ask again.
  mutating func grow(at now: MonotonicTime) -> (next: UInt64?, again: MonotonicTime?) {
    guard configuration.kind == .adaptive, waiting > 0, allowed < configuration.maximum else { return (nil, nil) }
    allowed += 1
    let next = next()
    let again = waiting > 0 && allowed < configuration.maximum
    return (next, again ? now.advanced(byNanoseconds: PoolState.patience) : nil)
  }

  /// Takes a call out of the queue; `false` when it is not there.
  mutating func abandon(_ id: UInt64) -> Bool {
    guard let index = queue[head...].firstIndex(of: id) else { return false }
    queue.remove(at: index)
    return true
  }

  private mutating func next() -> UInt64? {
    guard running < allowed, head < queue.count else { return nil }
    running += 1
    defer {
      head += 1
      if head == queue.count || head > 1024 {
        queue.removeFirst(head)
        head = 0
      }
    }
    return queue[head]
  }
}
