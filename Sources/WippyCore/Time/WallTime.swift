/// A point in civil time, not before 1970: seconds and nanoseconds since the Unix epoch.
public struct WallTime: Hashable, Comparable, Sendable {
  public var seconds: UInt64
  /// 0 to 999,999,999.
  public var nanoseconds: UInt32

  public init(seconds: UInt64, nanoseconds: UInt32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  public static func < (left: WallTime, right: WallTime) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}
