import DequeModule

/// The blocking pool's queue and threads, as a value under its lock.
struct BlockingPoolState: Sendable {
  typealias Work = @Sendable () -> Void

  let maxThreads: Int
  let maxQueue: Int
  private(set) var threads = 0
  private(set) var idle = 0
  private(set) var isStopping = false
  private var queue: Deque<Work> = []

  init(maxThreads: Int, maxQueue: Int) {
    self.maxThreads = maxThreads
    self.maxQueue = maxQueue
  }

  var queued: Int { queue.count }

  enum SubmitAction: Equatable {
    /// The queue is full, or the pool is stopping.
    case refuse
    /// An idle thread takes it.
    case signal
    /// Start a thread that takes it.
    case startThread
    /// A busy thread takes it when it is free.
    case none
  }

  mutating func submit(_ work: @escaping Work) -> SubmitAction {
    guard !isStopping else { return .refuse }
    if idle > queue.count {
      queue.append(work)
      return .signal
    }
    if threads < maxThreads {
      queue.append(work)
      threads += 1
      return .startThread
    }
    guard queue.count - idle < maxQueue else { return .refuse }
    queue.append(work)
    return .none
  }

  /// The system gave no thread. `false`: there is none at all, and the work just submitted was taken back.
  mutating func threadFailed() -> Bool {
    threads -= 1
    guard threads == 0 else { return true }
    _ = queue.popLast()
    return false
  }

  enum ThreadAction {
    case run(Work)
    case wait
    case leave
  }

  /// What a thread does next. `wasIdle`: it has waited; `timedOut`: for as long as a thread may.
  mutating func next(wasIdle: Bool, timedOut: Bool) -> ThreadAction {
    if wasIdle { idle -= 1 }
    if let work = queue.popFirst() { return .run(work) }
    if isStopping || timedOut {
      threads -= 1
      return .leave
    }
    idle += 1
    return .wait
  }

  /// Returns how many idle threads there are to wake.
  mutating func stop() -> Int {
    isStopping = true
    return idle
  }
}
