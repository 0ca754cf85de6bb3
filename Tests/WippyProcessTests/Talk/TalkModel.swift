import WippyCore

/// What a scenario expects, kept beside the scheduler: whom each process monitors and is linked with, what was sent, and
/// what has arrived.
struct TalkModel: Sendable {
  struct Pair: Hashable, Sendable {
    var from: UInt64
    var to: UInt64
  }

  var pids: [UInt64: ProcessID] = [:]
  var alive: Set<UInt64> = []
  var trapping: Set<UInt64> = []
  /// Has to end, because of a signal.
  var doomed: Set<UInt64> = []
  var names: [String: UInt64] = [:]
  /// Watcher and target, of monitors that wait.
  var monitors: Set<Pair> = []
  /// The older one first.
  var links: Set<Pair> = []
  var sent: [Pair: Int] = [:]
  var received: [Pair: Int] = [:]
  /// Watcher and target.
  var exitsDue: [Pair: Int] = [:]
  var exits: [Pair: Int] = [:]
  /// Receiver and whose end it is.
  var downsDue: [Pair: Int] = [:]
  var downs: [Pair: Int] = [:]
  var spawns = 0
  var answers = 0
  var calls = 0
  var results = 0
  var faults: [String] = []

  static func link(_ one: UInt64, _ other: UInt64) -> Pair {
    Pair(from: min(one, other), to: max(one, other))
  }

  mutating func fault(_ text: String) { faults.append(text) }

  mutating func began(_ pid: ProcessID, parent: UInt64?, monitored: Bool, linked: Bool, name: String?) {
    let serial = pid.serial
    pids[serial] = pid
    alive.insert(serial)
    if let name { names[name] = serial }
    guard let parent, alive.contains(parent) else { return }
    if monitored { monitor(parent, serial) }
    if linked { link(parent, serial) }
  }

  mutating func monitor(_ watcher: UInt64, _ target: UInt64) {
    guard watcher != target, alive.contains(watcher) else { return }
    let pair = Pair(from: watcher, to: target)
    guard !monitors.contains(pair) else { return }
    exitsDue[pair, default: 0] += 1
    if alive.contains(target) { monitors.insert(pair) }
  }

  mutating func unmonitor(_ watcher: UInt64, _ target: UInt64, was: Bool) {
    let pair = Pair(from: watcher, to: target)
    let expected = monitors.remove(pair) != nil
    if expected { exitsDue[pair, default: 0] -= 1 }
    if expected != was { fault("unmonitor of \(pair) said \(was)") }
  }

  mutating func link(_ one: UInt64, _ other: UInt64) {
    guard one != other, alive.contains(one) else { return }
    if alive.contains(other) {
      links.insert(TalkModel.link(one, other))
    } else {
      signal(one, from: other, isNormal: false)
    }
  }

  mutating func unlink(_ one: UInt64, _ other: UInt64, was: Bool) {
    let expected = links.remove(TalkModel.link(one, other)) != nil
    if expected != was { fault("unlink of \(one) and \(other) said \(was)") }
  }

  private mutating func signal(_ receiver: UInt64, from: UInt64, isNormal: Bool) {
    if trapping.contains(receiver) {
      downsDue[Pair(from: receiver, to: from), default: 0] += 1
    } else if !isNormal {
      doomed.insert(receiver)
    }
  }

  mutating func ended(_ serial: UInt64, _ reason: ExitReason) {
    guard alive.remove(serial) != nil else { return fault("\(serial) ended twice") }
    names = names.filter { $0.value != serial }
    for pair in links where pair.from == serial || pair.to == serial {
      links.remove(pair)
      signal(pair.from == serial ? pair.to : pair.from, from: serial, isNormal: reason.kind == .normal)
    }
    monitors = monitors.filter { $0.from != serial && $0.to != serial }
  }

  /// One event has come out of a mailbox.
  mutating func took(_ event: ProcessEvent, by receiver: UInt64) {
    guard let from = event.from?.serial else {
      if case .cancel = event.kind { return }
      return fault("\(receiver) got \(event.kind) from nobody")
    }
    let message = Pair(from: from, to: receiver)
    let signal = Pair(from: receiver, to: from)
    switch event.kind {
    case .message(_, let payload):
      guard payload == [.integer(Int64(received[message, default: 0]))] else {
        return fault("\(receiver) got \(payload) from \(from), and has \(received[message, default: 0])")
      }
      received[message, default: 0] += 1
    case .exit:
      exits[signal, default: 0] += 1
      if exits[signal, default: 0] > exitsDue[signal, default: 0] { fault("EXIT \(signal) is one too many") }
      complete(message)
    case .linkDown:
      downs[signal, default: 0] += 1
      if downs[signal, default: 0] > downsDue[signal, default: 0] { fault("LINK_DOWN \(signal) is one too many") }
      complete(message)
    case .cancel: break
    }
  }

  /// Signals come after all messages.
  private mutating func complete(_ message: Pair) {
    if sent[message, default: 0] != received[message, default: 0] {
      fault("\(message) has \(received[message, default: 0]) of \(sent[message, default: 0]) at the end")
    }
  }

  /// Whoever still runs and waits has got everything.
  mutating func checkArrivals(of serial: UInt64) {
    for (pair, count) in sent where pair.to == serial && received[pair, default: 0] != count {
      fault("\(pair): \(received[pair, default: 0]) of \(count) messages")
    }
    for (pair, count) in exitsDue where pair.from == serial && !monitors.contains(pair) {
      if exits[pair, default: 0] != count { fault("\(pair): \(exits[pair, default: 0]) of \(count) EXIT") }
    }
    for (pair, count) in downsDue where pair.from == serial && downs[pair, default: 0] != count {
      fault("\(pair): \(downs[pair, default: 0]) of \(count) LINK_DOWN")
    }
  }
}
