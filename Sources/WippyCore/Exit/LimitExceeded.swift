/// Which limit of an entry a process ran into, and how far.
public struct LimitExceeded: Sendable, Hashable, CustomStringConvertible {
  /// The field's name: `max_execution_ms`, `max_memory`, ...
  public var limit: String
  /// The limit itself, in the field's unit.
  public var allowed: UInt64
  /// What the process had used when it was stopped, in the same unit; `nil` when nobody measured it.
  public var used: UInt64?

  public init(limit: String, allowed: UInt64, used: UInt64? = nil) {
    self.limit = limit
    self.allowed = allowed
    self.used = used
  }

  public var description: String {
    "\(limit) is \(allowed)\(used.map { ", used \($0)" } ?? "")"
  }
}
