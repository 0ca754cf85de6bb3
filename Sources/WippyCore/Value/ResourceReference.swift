/// An opaque handle to a resource of one process.
public struct ResourceReference: Sendable, Hashable {
  /// The process whose table holds the handle.
  public let process: ProcessID
  /// The index in that process's handle table.
  public let handle: UInt32
  /// The resource's WIT name, for messages.
  public let type: String

  public init(process: ProcessID, handle: UInt32, type: String) {
    self.process = process
    self.handle = handle
    self.type = type
  }
}
