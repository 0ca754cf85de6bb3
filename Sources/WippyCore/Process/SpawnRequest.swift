/// A process that somebody wants to have.
package struct SpawnRequest: Sendable {
  package var entry: EntryID
  /// `nil` is the project's only host.
  package var host: EntryID?
  package var arguments: [Value]
  /// Who asks, and whose monitor, link and messages these are.
  package var parent: ProcessID?
  package var isMonitored = false
  package var isLinked = false
  /// Registered before the first step.
  package var name: String?
  /// In the mailbox before the first step.
  package var messages: [Message] = []
  package var inheritance: ProcessInheritance
  /// How often a supervisor has restarted it, for process lists.
  package var restarts = 0
  /// A call of a function entry, not a process entry: what the factory checks.
  package var isCall = false
  /// When it has to be over: of a call, and of what is called in it.
  package var deadline: MonotonicTime?
  /// Whether nobody waits for it any more; asked while it waits for its turn.
  package var isAbandoned: (@Sendable () -> Bool)?

  package init(
    entry: EntryID, host: EntryID? = nil, arguments: [Value] = [], parent: ProcessID? = nil,
    inheritance: ProcessInheritance = .init()
  ) {
    self.entry = entry
    self.host = host
    self.arguments = arguments
    self.parent = parent
    self.inheritance = inheritance
  }

  package struct Message: Sendable, Hashable {
    package var topic: String
    package var payload: [Value]

    package init(topic: String, payload: [Value]) {
      self.topic = topic
      self.payload = payload
    }
  }
}
