/// The limits of a guest that its program enforces; the scheduler enforces those of time.
package struct GuestLimits: Sendable, Hashable {
  /// Bytes of all linear memories together; `nil` for no limit.
  package var maxMemory: UInt64?
  /// Open handles.
  package var maxResources: Int

  package init(maxMemory: UInt64? = 256 << 20, maxResources: Int = 10_000) {
    self.maxMemory = maxMemory
    self.maxResources = maxResources
  }
}
