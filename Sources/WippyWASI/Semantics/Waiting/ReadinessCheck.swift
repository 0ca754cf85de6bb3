import Glibc
import WippyCore

/// Looks at conditions at one moment: the clock is read once, and each descriptor asked once.
struct ReadinessCheck {
  private let reactor: any Reactor
  private var now: MonotonicTime?
  private var descriptors: [(descriptor: Int32, readiness: Readiness, isReady: Bool)] = []

  init(_ reactor: any Reactor) {
    self.reactor = reactor
  }

  mutating func isReady(_ condition: WaitCondition) -> Bool {
    switch condition {
    case .ready: return true
    case .never: return false
    case .signal(let signal): return signal.isSet
    case .time(let deadline):
      let now = now ?? reactor.now()
      self.now = now
      return now >= deadline
    case .descriptor(let descriptor, let readiness):
      if let known = descriptors.first(where: { $0.descriptor == descriptor && $0.readiness == readiness }) {
        return known.isReady
      }
      let isReady = ReadinessCheck.isReady(descriptor, for: readiness)
      descriptors.append((descriptor, readiness, isReady))
      return isReady
    }
  }

  /// Asks the kernel, without waiting. A descriptor that has failed or is not open is ready: its next operation
  /// says so.
  static func isReady(_ descriptor: Int32, for readiness: Readiness) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(readiness == .readable ? POLLIN : POLLOUT), revents: 0)
    while true {
      let count = poll(&request, 1, 0)
      if count >= 0 { return count > 0 }
      guard errno == EINTR else { return true }
    }
  }
}
