import Synchronization
import WippyCore
import WippyRegistry

/// The right to run of one function's calls: so many at once, so many in the queue, and no more.
package final class FunctionPool: Sendable {
  /// Called once, on any thread: with the place, which its holder releases, or with why there is none.
  typealias Completion = @Sendable (Result<Place, RequestFailure>) -> Void

  private struct Waiter: Sendable {
    var completion: Completion
    var isAbandoned: (@Sendable () -> Bool)?
    var timer: ReactorToken?
  }

  private struct State: Sendable {
    var pool: PoolState
    var waiters: [UInt64: Waiter] = [:]
    var nextID: UInt64 = 0
    /// Whose turn it is; handed out by one thread at a time, one after the other.
    var turns: [Waiter] = []
    var isHandingOut = false
    var counts = Counts()
  }

  struct Counts: Sendable, Hashable {
    var begun: UInt64 = 0
    var refused: UInt64 = 0
  }

  let id: EntryID
  let configuration: PoolConfiguration
  /// `nil` where every call makes its own.
  let idleGuests: IdleGuests?
  private let reactor: any Reactor
  private let state: Mutex<State>

  init(_ id: EntryID, _ configuration: PoolConfiguration, reactor: any Reactor) {
    self.id = id
    self.configuration = configuration
    self.reactor = reactor
    idleGuests =
      configuration.keepsGuests
      ? IdleGuests(callsEach: configuration.reuse, kept: configuration.keptGuests, reactor: reactor) : nil
    state = Mutex(State(pool: PoolState(configuration)))
  }

  /// The calls that run and that wait.
  var use: (running: Int, waiting: Int) { state.withLock { ($0.pool.running, $0.pool.waiting) } }

  var counts: Counts { state.withLock { $0.counts } }

  /// Asks for a place.
  ///
  /// - Parameters:
  ///   - deadline: Until when it may wait.
  ///   - isAbandoned: Whether nobody needs the place any more.
  ///   - heldByCallers: How many places are held by those that wait for this call, and cannot end before it.
  func enter(
    deadline: MonotonicTime? = nil, isAbandoned: (@Sendable () -> Bool)? = nil, heldByCallers: () -> Int = { 0 },
    _ completion: @escaping Completion
  ) {
    let first = admit(completion, isAbandoned)
    if first.admission == .full { removeAbandoned() }
    let (number, admission) = first.admission == .full ? admit(completion, isAbandoned) : first
    switch admission {
    case .run: completion(.success(Place(self)))
    case .full:
      state.withLock { $0.counts.refused += 1 }
      completion(
        .failure(
          RequestFailure(
            "\(id) is overloaded: \(configuration.maximum) calls run and \(configuration.buffer) wait",
            kind: .unavailable, retryable: true)))
    case .wait where heldByCallers() >= configuration.maximum && leaveQueue(number) != nil:
      state.withLock { $0.counts.refused += 1 }
      completion(
        .failure(
          RequestFailure(
            "the call to \(id) would wait for itself: its callers hold all \(configuration.maximum) places of its pool",
            kind: .unavailable, retryable: false)))
    case .wait(let growAt):
      if let deadline {
        let timer = reactor.schedule(at: deadline) { [weak self] in self?.giveUp(number) }
        let isKept = state.withLock { state in
          guard state.waiters[number] != nil else { return false }
          state.waiters[number]?.timer = timer
          return true
        }
        if !isKept { reactor.cancel(timer) }
      }
      if let growAt { askToGrow(at: growAt) }
    }
  }

  private func admit(
    _ completion: @escaping Completion, _ isAbandoned: (@Sendable () -> Bool)?
  ) -> (number: UInt64, admission: PoolState.Admission) {
    let now = reactor.now()
    return state.withLock { state in
      state.nextID += 1
      let admission = state.pool.admit(state.nextID, at: now)
      if admission != .full { state.counts.begun += 1 }
      if case .wait = admission {
        state.waiters[state.nextID] = Waiter(completion: completion, isAbandoned: isAbandoned)
      }
      return (state.nextID, admission)
    }
  }

  /// `nil` when it has its turn already.
  private func leaveQueue(_ number: UInt64) -> Waiter? {
    state.withLock { state in
      guard state.pool.abandon(number) else { return nil }
      return state.waiters.removeValue(forKey: number)
    }
  }

  private func giveUp(_ number: UInt64) {
    leaveQueue(number)?.completion(
      .failure(RequestFailure("the call to \(id) waited until its deadline", kind: .timeout, retryable: true)))
  }

  /// Makes room of those whose callers have left.
  private func removeAbandoned() {
    let waiters = state.withLock { $0.waiters }
    let gone = waiters.filter { $0.value.isAbandoned?() == true }.map(\.key)
    for number in gone {
      if let waiter = leaveQueue(number) { refuse(waiter) }
    }
  }

  private func refuse(_ waiter: Waiter) {
    if let timer = waiter.timer { reactor.cancel(timer) }
    waiter.completion(.failure(RequestFailure("the call to \(id) was given up", kind: .canceled)))
  }

  private func askToGrow(at time: MonotonicTime) {
    _ = reactor.schedule(at: time) { [weak self] in self?.grow() }
  }

  private func grow() {
    let now = reactor.now()
    let again = state.withLock { state in
      let (next, again) = state.pool.grow(at: now)
      if let next, let waiter = state.waiters.removeValue(forKey: next) { state.turns.append(waiter) }
      return again
    }
    if let again { askToGrow(at: again) }
    handOut()
  }

  private func release() {
    state.withLock { state in
      if let next = state.pool.release(), let waiter = state.waiters.removeValue(forKey: next) {
        state.turns.append(waiter)
      }
    }
    handOut()
  }

  /// A call that ends at once releases its place while it is handed out: not within each other, or the stack would be as
  /// deep as the queue is long.
  private func handOut() {
    let isFirst = state.withLock { state in
      defer { state.isHandingOut = true }
      return !state.isHandingOut
    }
    guard isFirst else { return }
    while true {
      let waiter = state.withLock { state -> Waiter? in
        guard !state.turns.isEmpty else {
          state.isHandingOut = false
          return nil
        }
        return state.turns.removeFirst()
      }
      guard let waiter else { return }
      if waiter.isAbandoned?() == true {
        refuse(waiter)
        let place = Place(self)
        place.release()
        continue
      }
      if let timer = waiter.timer { reactor.cancel(timer) }
      waiter.completion(.success(Place(self)))
    }
  }

  /// The right to run one call, until it is released.
  package final class Place: Sendable {
    private let pool: Mutex<FunctionPool?>

    init(_ pool: FunctionPool) {
      self.pool = Mutex(pool)
    }

    deinit { release() }

    /// The guests of its pool.
    var idleGuests: IdleGuests? { pool.withLock { $0?.idleGuests } }

    /// Once; what comes later changes nothing.
    func release() {
      pool.withLock { $0.take() }?.release()
    }
  }
}
