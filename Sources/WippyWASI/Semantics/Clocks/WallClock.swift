import Glibc

/// The time of day.
package protocol WallClock: Sendable {
  func now() -> WallTime
}

/// Seconds and nanoseconds since the Unix epoch.
package struct WallTime: Hashable, Sendable {
  package var seconds: UInt64
  package var nanoseconds: UInt32

  package init(seconds: UInt64, nanoseconds: UInt32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }
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
