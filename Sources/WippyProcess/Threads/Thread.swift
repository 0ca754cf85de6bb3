import CLinux
import Glibc

/// A thread of our own, outside Swift's cooperative pool.
package struct Thread: Sendable {
  private let handle: pthread_t

  /// Starts a thread that runs `body`. `name` is what the system's tools show, at most 15 bytes.
  ///
  /// A thread that nobody joins is started `detached`. A stack of 0 bytes is the system's default.
  @discardableResult
  package init(
    name: String, detached: Bool = false, stackSize: Int = 0, _ body: @escaping @Sendable () -> Void
  ) throws(ProcessError) {
    // A new thread inherits the mask: signals that ask the program something are the main thread's business,
    // those that report a fault belong to the thread that made it (the engine turns them into traps).
    var blocked = sigset_t()
    var previous = sigset_t()
    sigfillset(&blocked)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS, SIGPROF] {
      sigdelset(&blocked, fault)
    }
    pthread_sigmask(SIG_BLOCK, &blocked, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if detached {
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    }
    if stackSize > 0 {
      pthread_attr_setstacksize(&attributes, stackSize)
    }
    let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
    var handle = pthread_t()
    let status = pthread_create(
      &handle, &attributes,
      { argument in
        if let argument {
          let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
          wippy_name_thread(start.name)
          start.body()
        }
        return nil
      }, start.toOpaque())
    guard status == 0 else {
      start.release()
      throw .threadUnavailable(name: name, errno: status)
    }
    self.handle = handle
  }

  /// Waits for the thread's end. Once only, and never for a detached one.
  package func join() {
    pthread_join(handle, nil)
  }
}

/// Carries a thread's body across `pthread_create`.
private final class ThreadStart: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}
