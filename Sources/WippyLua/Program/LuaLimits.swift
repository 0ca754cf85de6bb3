/// What one Lua process may use.
package struct LuaLimits: Sendable, Hashable {
  /// `max_memory`, in bytes.
  package var maxMemory: UInt64
  /// `max_mailbox`: also how many events are kept for later inside the process.
  package var maxMailbox: UInt64

  package init(maxMemory: UInt64 = 64 << 20, maxMailbox: UInt64 = 1024) {
    self.maxMemory = maxMemory
    self.maxMailbox = maxMailbox
  }
}
