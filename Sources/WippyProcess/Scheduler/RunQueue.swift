import DequeModule
import Synchronization

/// Processes that wait for a worker, first in first out; any thread may push and pop.
struct RunQueue: ~Copyable, Sendable {
  private let processes = Mutex<Deque<ScheduledProcess>>([])
  /// The deque's count, for those who only want to know whether it pays to look.
  private let size = Atomic<Int>(0)

  var count: Int { size.load(ordering: .relaxed) }

  /// Returns the count after the push.
  @discardableResult
  borrowing func push(_ process: ScheduledProcess) -> Int {
    processes.withLock { processes in
      processes.append(process)
      size.store(processes.count, ordering: .relaxed)
      return processes.count
    }
  }

  borrowing func pop() -> ScheduledProcess? {
    guard count > 0 else { return nil }
    return processes.withLock { processes in
      let process = processes.popFirst()
      size.store(processes.count, ordering: .relaxed)
      return process
    }
  }

  /// Moves the older half (rounded up, at most what `buffer` has room for) to the end of `buffer`.
  borrowing func popHalf(into buffer: inout ContiguousArray<ScheduledProcess>) {
    guard count > 0 else { return }
    processes.withLock { processes in
      let share = min((processes.count + 1) / 2, buffer.capacity - buffer.count)
      for _ in 0..<share {
        guard let process = processes.popFirst() else { break }
        buffer.append(process)
      }
      size.store(processes.count, ordering: .relaxed)
    }
  }

  borrowing func push(contentsOf buffer: ArraySlice<ScheduledProcess>) {
    processes.withLock { processes in
      processes.append(contentsOf: buffer)
      size.store(processes.count, ordering: .relaxed)
    }
  }
}
