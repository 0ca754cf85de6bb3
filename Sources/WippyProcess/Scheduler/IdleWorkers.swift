/// Which workers are parked, and who has to be woken: a value, changed under the scheduler's `idle` lock.
struct IdleWorkers: Sendable {
  private let total: Int
  private var parked: [Int] = []
  /// Workers that were woken and have not yet found work or parked again: a new process needs no second one.
  private(set) var waking = 0
  private(set) var isTickerAsleep = false

  init(total: Int) {
    self.total = total
    parked.reserveCapacity(total)
  }

  struct Wakeup: Equatable {
    var worker: Int?
    var ticker = false
  }

  /// Whether a new process should wake a worker.
  var canWake: Bool { waking == 0 && !parked.isEmpty }

  var areAllParked: Bool { parked.count == total }

  /// A worker found nothing and goes to sleep.
  mutating func park(_ worker: Int, wasWaking: Bool) {
    if wasWaking { waking -= 1 }
    parked.append(worker)
  }

  /// A worker found work after it parked; `nil` when somebody has woken it already.
  mutating func unpark(_ worker: Int) -> Wakeup? {
    guard let index = parked.lastIndex(of: worker) else { return nil }
    parked.remove(at: index)
    return Wakeup(worker: nil, ticker: wakeTicker())
  }

  /// There is work: the worker that parked last is to be woken, because its caches are warm.
  mutating func wakeOne() -> Wakeup {
    guard waking == 0, let worker = parked.popLast() else { return Wakeup() }
    waking += 1
    return Wakeup(worker: worker, ticker: wakeTicker())
  }

  /// A woken worker has found work.
  mutating func found() {
    waking -= 1
  }

  /// The ticker may sleep while no worker does anything; `false` when one does.
  mutating func parkTicker() -> Bool {
    guard areAllParked else { return false }
    isTickerAsleep = true
    return true
  }

  /// `false` when it does not sleep.
  mutating func wakeTicker() -> Bool {
    defer { isTickerAsleep = false }
    return isTickerAsleep
  }
}
