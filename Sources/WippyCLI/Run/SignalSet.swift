import Glibc

/// The signals that a run waits for, blocked in every thread so that one place sees them.
///
/// SIGUSR1 is this process's own, from its other threads to the one that waits.
struct SignalSet {
  private var set = sigset_t()

  /// Blocks the signals; called before the first thread is started, because threads inherit it.
  init() {
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGUSR1] {
      // A shell's background jobs come with SIGINT ignored, and an ignored signal is never waited for.
      signal(number, SIG_DFL)
      sigaddset(&set, number)
    }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The next signal; `nil` when none came in time.
  func wait(milliseconds: Int?) -> Int32? {
    var set = set
    while true {
      let number: Int32
      if let milliseconds {
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        number = sigtimedwait(&set, nil, &time)
      } else {
        number = sigwaitinfo(&set, nil)
      }
      if number > 0 { return number }
      if errno != EINTR { return nil }
    }
  }

  /// Wakes the thread that waits.
  static func wake() { kill(getpid(), SIGUSR1) }
}
