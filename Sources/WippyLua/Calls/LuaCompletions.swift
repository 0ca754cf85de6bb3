import Synchronization
import WippyCore

/// What other threads have for a process: its next step takes it.
final class LuaCompletions: Sendable {
  enum Completion: Sendable {
    case ticket(UInt64, Outcome)
    case feed(UInt64, Ending, (@Sendable (inout LuaOutput) -> Void)?)
    /// The time of a receive is over.
    case timeout(UInt64)
    /// The process goes on as this program.
    case become(any ProcessProgram, EntryID?)
  }

  enum Outcome: Sendable {
    case results(@Sendable (inout LuaOutput) -> Void)
    case failure(LuaErrorValue)
  }

  enum Ending: Sendable {
    case more
    case last
    case close
  }

  private struct State: Sendable {
    var queue: [Completion] = []
    /// `nil` once the process has ended. Strong until then: a weak reference makes each count of references of its object
    /// slow.
    var wake: (@Sendable () -> Void)?
  }

  private let state: Mutex<State>
  private let isEmpty = Atomic<Bool>(true)

  init(wake: @escaping @Sendable () -> Void) {
    state = Mutex(State(wake: wake))
  }

  /// `false` when the process has ended.
  @discardableResult
  func add(_ completion: Completion) -> Bool {
    let wake = state.withLock { state in
      if state.wake != nil { state.queue.append(completion) }
      return state.wake
    }
    guard let wake else { return false }
    isEmpty.store(false, ordering: .releasing)
    wake()
    return true
  }

  /// What has come since.
  func take() -> [Completion] {
    guard !isEmpty.load(ordering: .acquiring) else { return [] }
    isEmpty.store(true, ordering: .relaxed)
    return state.withLock { state in
      defer { state.queue = [] }
      return state.queue
    }
  }

  /// Nothing more is taken.
  func close() {
    let left = state.withLock { state in
      state.wake = nil
      defer { state.queue = [] }
      return state.queue
    }
    for case .become(let program, _) in left { program.close() }
  }
}
