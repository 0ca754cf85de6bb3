import CLinux

/// A counting semaphore, on which a thread parks without using the processor.
final class Semaphore: @unchecked Sendable {
  // Unchecked: the pointer never changes, and the functions behind it may be called from any thread.
  private let semaphore: OpaquePointer

  init() {
    guard let semaphore = wippy_semaphore_create() else {
      // Forty bytes: where they are missing, Swift's own next allocation ends the program too.
      fatalError("out of memory")
    }
    self.semaphore = semaphore
  }

  deinit {
    wippy_semaphore_destroy(semaphore)
  }

  func signal() {
    wippy_semaphore_signal(semaphore)
  }

  func wait() {
    wippy_semaphore_wait(semaphore)
  }

  /// Returns `false` when the time has passed without a signal.
  func wait(nanoseconds: UInt64) -> Bool {
    wippy_semaphore_wait_for(semaphore, nanoseconds)
  }
}
