import WippyCore

/// What ties a process to others: a value under the process's `control` lock. Tables are keyed by serial.
///
/// A monitor is in `watched` of the one and in `watchers` of the other; a link in `links` of both. Both sides are changed
/// together (`Scheduler.withControl`), but for an end: it takes its own side first, then visits the others. What the
/// receiving side has still recorded then is what is delivered: that makes it exactly one EXIT, and none after an unmonitor.
struct Relations: Sendable {
  typealias Peers = [UInt64: ScheduledProcess]

  /// Who monitors this process.
  var watchers: Peers = [:]
  /// Whom this process monitors.
  var watched: Peers = [:]
  var links: Peers = [:]
  /// Function calls of this process that run.
  var calls: [UInt64: Call] = [:]
  /// In the order of their registration.
  var names: [String] = []
  var trapsLinks = false

  static let maxNames = 1000

  var isEmpty: Bool {
    watchers.isEmpty && watched.isEmpty && links.isEmpty && calls.isEmpty && names.isEmpty
  }
}

extension Relations.Peers {
  /// In the order of their spawns, so that a schedule can be repeated.
  var inOrder: [ScheduledProcess] {
    count < 2 ? Array(values) : values.sorted { $0.pid.serial < $1.pid.serial }
  }
}

extension ExitReason {
  /// What travels on along links: the reason of the first end, whose text does not grow with the chain.
  var signalled: ExitReason {
    var reason = self
    while case .linked(_, let cause) = reason { reason = cause }
    return reason
  }
}
