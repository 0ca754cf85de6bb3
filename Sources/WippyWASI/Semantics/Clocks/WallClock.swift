import Glibc
import WippyCore

/// The time of day.
package protocol WallClock: Sendable {
  func now() -> WallTime
}

/// The computer's own clock.
package struct SystemWallClock: WallClock {
  package init() {}

  package func now() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    // A clock before 1970 has no WASI form.
    return WallTime(seconds: UInt64(max(0, time.tv_sec)), nanoseconds: UInt32(time.tv_nsec))
  }
}
