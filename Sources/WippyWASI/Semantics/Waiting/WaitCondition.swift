import WippyCore

/// What has to happen before something that waits can go on.
package enum WaitCondition: Sendable {
  /// Nothing: it can go on.
  case ready
  /// The monotonic clock has reached this point.
  case time(MonotonicTime)
  /// The kernel says that the descriptor can be read or written, or has failed.
  case descriptor(Int32, Readiness)
  case signal(Signal)
  case never
}
