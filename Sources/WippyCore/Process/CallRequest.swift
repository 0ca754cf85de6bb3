/// A call of a function entry: a fresh instance, as a process of its own.
package struct CallRequest: Sendable {
  package var entry: EntryID
  package var arguments: [Value]
  /// The end of the caller ends the call.
  package var caller: ProcessID?
  /// `nil` is the caller's host.
  package var host: EntryID?
  package var inheritance: ProcessInheritance
  /// When the call has to be over, also while it waits for its turn. A caller's own deadline counts without being named.
  package var deadline: MonotonicTime?
  /// A process entry, not a function entry: `process.exec`.
  package var isProcess = false
  /// Of the process, as for a spawn.
  package var name: String?
  package var messages: [SpawnRequest.Message] = []

  package init(
    entry: EntryID, arguments: [Value] = [], caller: ProcessID?, host: EntryID? = nil,
    inheritance: ProcessInheritance = .init()
  ) {
    self.entry = entry
    self.arguments = arguments
    self.caller = caller
    self.host = host
    self.inheritance = inheritance
  }
}

/// Names one call, for `cancelCall`.
package struct CallToken: Sendable, Hashable {
  package let id: UInt64
  package init(id: UInt64) { self.id = id }
}
