import WippyCore

extension BootPlan {
  /// One thing to start: a service, a supervisor, whatever else runs.
  package struct Unit: Sendable, Hashable {
    package var id: EntryID
    package var requires: [EntryID]
    /// Nanoseconds.
    package var startTimeout: UInt64

    package init(id: EntryID, requires: [EntryID] = [], startTimeout: UInt64 = 10_000_000_000) {
      self.id = id
      self.requires = requires
      self.startTimeout = startTimeout
    }
  }

  package enum Event: Sendable {
    case begin
    /// It runs: what requires it may start.
    case running(EntryID)
    /// It will not run.
    case failed(EntryID, message: String)
    /// The timer of `setTimer`.
    case startTimeout(EntryID)
    /// Stop everything.
    case stop
    /// A unit has stopped, asked or not; `killed` had to be killed for it.
    case stopped(EntryID, killed: [ProcessID])
  }

  package enum Action: Sendable, Hashable {
    case start(EntryID)
    /// Ask it to stop. It bounds the time itself (`stop_timeout`), and is `stopped` in the end.
    case stop(EntryID)
    case setTimer(EntryID, nanoseconds: UInt64)
    case clearTimer(EntryID)
    /// Every unit runs or has failed. Once.
    case booted(Report)
    /// Every unit has stopped. The last action ever.
    case stopped(Report)
  }

  package struct Report: Sendable, Hashable {
    package var failures: [Failure] = []
    package var killed: [ProcessID] = []
    /// Failed units that were started.
    var tried: Set<EntryID> = []

    package var isSuccess: Bool { failures.isEmpty }
  }

  package struct Failure: Sendable, Hashable, CustomStringConvertible {
    package var unit: EntryID
    /// The unit that it requires and that failed; `nil` when it failed itself.
    package var cause: EntryID?
    package var message: String

    package var description: String { "\(unit) did not start: \(message)" }
  }

  package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
    case duplicate(EntryID)
    case unknown(EntryID, requiredBy: EntryID)
    /// Each requires the next one, and the last the first.
    case cycle([EntryID])

    package var description: String {
      switch self {
      case .duplicate(let id): "\(id) is there twice"
      case .unknown(let id, let unit): "\(unit) requires \(id), which is nothing that starts"
      case .cycle(let ids):
        "these require each other in a circle: \(ids.map(\.description).joined(separator: " -> "))"
      }
    }
  }

  /// A circle of requirements, if there is one. Without recursion: a chain may be long.
  static func cycle(_ units: [EntryID: Unit], _ order: [EntryID]) -> [EntryID]? {
    var done: Set<EntryID> = []
    for root in order where !done.contains(root) {
      var path: [(id: EntryID, next: Int)] = [(root, 0)]
      var onPath: Set<EntryID> = [root]
      while let (id, next) = path.last {
        let requires = units[id]?.requires ?? []
        guard next < requires.count else {
          path.removeLast()
          onPath.remove(id)
          done.insert(id)
          continue
        }
        path[path.count - 1].next += 1
        let required = requires[next]
        if onPath.contains(required) {
          return path.map(\.id).drop { $0 != required } + [required]
        }
        if !done.contains(required) {
          path.append((required, 0))
          onPath.insert(required)
        }
      }
    }
    return nil
  }
}
