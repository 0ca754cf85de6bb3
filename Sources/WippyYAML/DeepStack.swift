import Glibc
import Synchronization

/// Runs work that may recurse deeper than the caller's stack holds.
package enum DeepStack {
  /// Only what is used of it is ever backed by memory.
  private static let size = 512 << 20

  package static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Result {
    let slot = Slot<Result>()
    let task = Unmanaged.passRetained(DeepTask { slot.fill(work()) })
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, size)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<DeepTask>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, task.toOpaque())
    if status == 0 { pthread_join(thread, nil) } else { task.release() }
    // Without a thread the caller's stack has to do.
    return slot.take() ?? work()
  }
}

/// Carries the work across `pthread_create`.
private final class DeepTask: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// Where the thread leaves its result.
private final class Slot<Element: Sendable>: Sendable {
  private let content = Mutex<Element?>(nil)

  func fill(_ element: Element) { content.withLock { $0 = element } }
  func take() -> Element? { content.withLock { $0 } }
}
