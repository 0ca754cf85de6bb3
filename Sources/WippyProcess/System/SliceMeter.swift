import Synchronization

/// How long the steps of one worker were. Written by that worker alone, read by anybody.
package final class SliceMeter: Sendable {
  /// Upper bounds in nanoseconds; the last bucket has none.
  package static let bounds: [UInt64] = [10_000, 100_000, 1_000_000, 2_000_000, 10_000_000]

  private let b0 = Atomic<UInt64>(0)
  private let b1 = Atomic<UInt64>(0)
  private let b2 = Atomic<UInt64>(0)
  private let b3 = Atomic<UInt64>(0)
  private let b4 = Atomic<UInt64>(0)
  private let b5 = Atomic<UInt64>(0)
  private let sum = Atomic<UInt64>(0)

  init() {}

  func note(_ nanoseconds: UInt64) {
    sum.store(sum.load(ordering: .relaxed) &+ nanoseconds, ordering: .relaxed)
    switch nanoseconds {
    case ...10_000: add(b0)
    case ...100_000: add(b1)
    case ...1_000_000: add(b2)
    case ...2_000_000: add(b3)
    case ...10_000_000: add(b4)
    default: add(b5)
    }
  }

  private func add(_ counter: borrowing Atomic<UInt64>) {
    counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  /// The steps in each bucket, and nanoseconds of all of them.
  package var reading: (buckets: [UInt64], sum: UInt64) {
    (
      [
        b0.load(ordering: .relaxed), b1.load(ordering: .relaxed), b2.load(ordering: .relaxed),
        b3.load(ordering: .relaxed), b4.load(ordering: .relaxed), b5.load(ordering: .relaxed),
      ], sum.load(ordering: .relaxed)
    )
  }
}
