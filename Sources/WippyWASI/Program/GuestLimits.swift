/// The limits of a guest that its program enforces; the scheduler enforces those of time.
package struct GuestLimits: Sendable, Hashable {
  /// Bytes of all linear memories together; `nil` for no limit.
  package var maxMemory: UInt64?
  /// Bytes that each memory may have: the engine knows of no sum.
  package var eachMemory: UInt64?
  /// Elements that each table may have.
  package var eachTable: UInt64?
  /// Open handles.
  package var maxResources: Int

  package init(
    maxMemory: UInt64? = 256 << 20, eachMemory: UInt64? = nil, eachTable: UInt64? = nil, maxResources: Int = 10_000
  ) {
    self.maxMemory = maxMemory
    self.eachMemory = eachMemory ?? maxMemory
    self.eachTable = eachTable
    self.maxResources = maxResources
  }
}
