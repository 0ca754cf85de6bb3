import HeapModule
import WippyCore

/// Timers in the order of their deadlines, those of one time in the order of their making. A value without a clock.
package struct TimerQueue: Sendable {
  package typealias Action = @Sendable () -> Void

  private struct Entry: Comparable, Sendable {
    var deadline: MonotonicTime
    var id: UInt64

    static func < (left: Entry, right: Entry) -> Bool {
      (left.deadline, left.id) < (right.deadline, right.id)
    }
  }

  private var heap = Heap<Entry>()
  private var actions: [UInt64: Action] = [:]

  package init() {}

  /// Timers that are neither due nor cancelled.
  package var count: Int { actions.count }
  /// Places in the heap, those of cancelled timers included.
  package var heapCount: Int { heap.count }

  package mutating func insert(id: UInt64, at deadline: MonotonicTime, _ action: @escaping Action) {
    actions[id] = action
    heap.insert(Entry(deadline: deadline, id: id))
  }

  /// Takes a timer out and returns its action, to be freed outside of locks; `nil` when it is gone already.
  package mutating func cancel(id: UInt64) -> Action? {
    guard let action = actions.removeValue(forKey: id) else { return nil }
    // A heap gives up its least element only, so dead entries stay, until they are more than half.
    if heap.count > 64, heap.count > 2 * actions.count {
      heap = Heap(heap.unordered.filter { actions[$0.id] != nil })
    }
    return action
  }

  /// The earliest deadline; `nil` when there is no timer.
  package mutating func nextDeadline() -> MonotonicTime? {
    while let first = heap.min {
      if actions[first.id] != nil { return first.deadline }
      heap.removeMin()
    }
    return nil
  }

  /// Takes out the next timer that is due.
  package mutating func popDue(at now: MonotonicTime) -> (deadline: MonotonicTime, action: Action)? {
    while let first = heap.min, first.deadline <= now {
      heap.removeMin()
      if let action = actions.removeValue(forKey: first.id) { return (first.deadline, action) }
    }
    return nil
  }
}
