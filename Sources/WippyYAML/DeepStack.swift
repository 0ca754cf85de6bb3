import Foundation
import Synchronization

/// Runs work that may recurse deeper than the caller's stack holds.
package enum DeepStack {
  /// Only what is used of it is ever backed by memory.
  private static let size = 512 << 20

  package static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Result {
    let slot = Slot<Result>()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      slot.fill(work())
      done.signal()
    }
    thread.stackSize = size
    thread.start()
    done.wait()
    // The thread fills the slot before it signals; without a thread the caller's stack has to do.
    return slot.take() ?? work()
  }
}

/// Where the thread leaves its result.
private final class Slot<Element: Sendable>: Sendable {
  private let content = Mutex<Element?>(nil)

  func fill(_ element: Element) { content.withLock { $0 = element } }
  func take() -> Element? { content.withLock { $0 } }
}
