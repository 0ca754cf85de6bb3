import Glibc

/// The monotonic clock, in nanoseconds.
func clockNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Nanoseconds that `body` takes.
func nanoseconds<Failure: Error>(of body: () throws(Failure) -> Void) throws(Failure) -> Double {
  let start = clockNanoseconds()
  try body()
  return Double(clockNanoseconds() - start)
}
