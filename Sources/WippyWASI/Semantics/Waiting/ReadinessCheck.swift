import Glibc
import WippyCore

/// Looks at conditions at one moment: the clock is read once, and each descriptor asked once.
package struct ReadinessCheck {
  private let reactor: any Reactor
  private var now: MonotonicTime?
  private var descriptors: [DescriptorWait: Bool] = [:]

  /// What the kernel is asked about in one call: more than the limit of open descriptors would be refused.
  private static let portion = 512

  package init(_ reactor: any Reactor) {
    self.reactor = reactor
  }

  /// Asks about the descriptors of all conditions with few system calls, for `isReady` after it.
  package mutating func ask(about conditions: some Sequence<WaitCondition>) {
    var requests: [pollfd] = []
    for case .descriptor(let descriptor, let readiness) in conditions {
      requests.append(ReadinessCheck.request(descriptor, readiness))
      if requests.count == ReadinessCheck.portion { take(&requests) }
    }
    take(&requests)
  }

  private mutating func take(_ requests: inout [pollfd]) {
    guard !requests.isEmpty else { return }
    ReadinessCheck.poll(&requests)
    for request in requests {
      let readiness: Readiness = Int32(request.events) == POLLIN ? .readable : .writable
      descriptors[DescriptorWait(descriptor: request.fd, readiness: readiness)] = request.revents != 0
    }
    requests.removeAll(keepingCapacity: true)
  }

  package mutating func isReady(_ condition: WaitCondition) -> Bool {
    switch condition {
    case .ready: return true
    case .never: return false
    case .signal(let signal): return signal.isSet
    case .time(let deadline):
      let now = now ?? reactor.now()
      self.now = now
      return now >= deadline
    case .descriptor(let descriptor, let readiness):
      let wait = DescriptorWait(descriptor: descriptor, readiness: readiness)
      if let known = descriptors[wait] { return known }
      let isReady = ReadinessCheck.isReady(descriptor, for: readiness)
      descriptors[wait] = isReady
      return isReady
    }
  }

  /// The places of those of `conditions` that hold.
  package mutating func ready(among conditions: [WaitCondition]) -> [Int] {
    ask(about: conditions)
    return conditions.indices.filter { isReady(conditions[$0]) }
  }

  /// Asks the kernel, without waiting. A descriptor that has failed or is not open is ready: its next operation
  /// says so.
  static func isReady(_ descriptor: Int32, for readiness: Readiness) -> Bool {
    var request = request(descriptor, readiness)
    while true {
      let count = Glibc.poll(&request, 1, 0)
      if count >= 0 { return count > 0 }
      guard errno == EINTR else { return true }
    }
  }

  private static func request(_ descriptor: Int32, _ readiness: Readiness) -> pollfd {
    pollfd(fd: descriptor, events: Int16(readiness == .readable ? POLLIN : POLLOUT), revents: 0)
  }

  private static func poll(_ requests: inout [pollfd]) {
    while Glibc.poll(&requests, nfds_t(requests.count), 0) < 0 {
      guard errno != EINTR else { continue }
      // What cannot be asked about counts as ready: its next operation says what is wrong.
      for index in requests.indices { requests[index].revents = requests[index].events }
      return
    }
  }
}

/// A descriptor and what it is waited for.
struct DescriptorWait: Hashable {
  let descriptor: Int32
  let readiness: Readiness
}
