import Synchronization
import WippyCore

/// What happened in a scenario, in its order, and by which names.
final class Trace: Sendable {
  private struct State: Sendable {
    var counts: [String: Int] = [:]
    var pids: [String: ProcessID] = [:]
    var labels: [ProcessID: String] = [:]
    /// By label: the tree that it belongs to, or its own name.
    var lanes: [String: String] = [:]
    var lines: [(lane: String, text: String)] = []
  }

  private let state = Mutex(State())

  /// The lane of answers: behind all others.
  static let replies = "~"

  /// The next label of a name: `a#1`, `a#2`, ...
  func label(_ name: String, lane: String) -> (label: String, number: Int) {
    state.withLock { state in
      let number = (state.counts[name] ?? 0) + 1
      state.counts[name] = number
      let label = "\(name)#\(number)"
      state.lanes[label] = lane
      return (label, number)
    }
  }

  func bind(_ label: String, _ pid: ProcessID) {
    state.withLock { state in
      state.labels[pid] = label
      state.pids[String(label.prefix { $0 != "#" })] = pid
    }
  }

  func label(of pid: ProcessID?) -> String {
    state.withLock { state in pid.flatMap { state.labels[$0] } ?? "root" }
  }

  /// The last process of this name.
  func pid(_ name: String) -> ProcessID? { state.withLock { $0.pids[name] } }

  func add(_ label: String, _ text: String) {
    state.withLock { $0.lines.append(($0.lanes[label] ?? "root", text)) }
  }

  func reply(_ text: String) {
    state.withLock { $0.lines.append((Trace.replies, "reply \(text)")) }
  }

  /// What happened since the last time: in the order of each lane, or in none.
  func take(isUnordered: Bool) -> [String] {
    let lines = state.withLock { state in
      defer { state.lines = [] }
      return state.lines
    }
    if isUnordered { return lines.map(\.text).sorted(by: isBefore) }
    let lanes = Set(lines.map(\.lane)).sorted(by: isBefore)
    return lanes.flatMap { lane in lines.filter { $0.lane == lane }.map(\.text) }
  }
}

/// By bytes, as Erlang compares.
func isBefore(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}

extension ExitReason {
  /// The reason in OTP's words.
  var word: String {
    switch self {
    case .normal: "normal"
    case .cancelled: "shutdown"
    case .linked(_, let inner): inner.word
    case .error(.some(.string(let word))): word
    default: kind.rawValue
    }
  }

  init(word: String) {
    switch word {
    case "normal": self = .normal(nil)
    case "shutdown": self = .cancelled(reason: nil)
    default: self = .error(.string(word))
    }
  }
}
