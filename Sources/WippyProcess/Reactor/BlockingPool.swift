import Synchronization

/// A bounded pool of threads for what Linux can only do blocking: files, names.
///
/// It grows with its work, and threads that stay idle leave.
final class BlockingPool: Sendable {
  private let state: Mutex<BlockingPoolState>
  private let semaphore = Semaphore()
  private let idleNanoseconds: UInt64

  init(maxThreads: Int, maxQueue: Int, idleMilliseconds: UInt64) {
    state = Mutex(BlockingPoolState(maxThreads: maxThreads, maxQueue: maxQueue))
    idleNanoseconds = idleMilliseconds.millisecondsAsNanoseconds
  }

  var threadCount: Int { state.withLock { $0.threads } }

  /// `false` when the queue is full, or there is no thread for it.
  func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
    switch state.withLock({ $0.submit(work) }) {
    case .refuse:
      return false
    case .none:
      return true
    case .signal:
      semaphore.signal()
      return true
    case .startThread:
      do throws(ProcessError) {
        _ = try Thread(name: "wippy-blocking", detached: true, stackSize: 1 << 20) { self.run() }
        return true
      } catch {
        // Threads that there are will take it; the caller hears of it when there are none.
        return state.withLock { $0.threadFailed() }
      }
    }
  }

  /// Takes no more work; the threads leave when the queue is empty. It does not wait for them: they may be blocked for long.
  func stop() {
    let idle = state.withLock { $0.stop() }
    for _ in 0..<idle { semaphore.signal() }
  }

  private func run() {
    var wasIdle = false
    var timedOut = false
    while true {
      switch state.withLock({ $0.next(wasIdle: wasIdle, timedOut: timedOut) }) {
      case .run(let work):
        work()
        wasIdle = false
        timedOut = false
      case .wait:
        timedOut = !semaphore.wait(nanoseconds: idleNanoseconds)
        wasIdle = true
      case .leave:
        return
      }
    }
  }
}
