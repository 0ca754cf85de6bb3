/// What process lists show of one process.
package struct ProcessSnapshot: Sendable, Hashable {
  package enum State: String, Sendable, Hashable {
    case starting, runnable, running, waiting, ending
  }

  package var pid: ProcessID
  package var entry: EntryID
  /// The host's id, as text.
  package var host: String
  package var state: State
  /// What a waiting process waits for, where its program says so.
  package var waitsFor: String?
  /// Events in its mailbox; `nil` when it has none.
  package var mailboxLength: Int?
  /// Bytes of the messages there.
  package var mailboxBytes: UInt64
  /// Bytes.
  package var memory: UInt64
  /// Nanoseconds on a worker.
  package var cpuTime: UInt64
  /// Nanoseconds since its spawn.
  package var age: UInt64
  /// How often its supervisor has restarted it.
  package var restarts: Int
  /// In the order of their registration.
  package var names: [String]
  /// Who started it.
  package var parent: ProcessID?

  package init(
    pid: ProcessID, entry: EntryID, host: String, state: State, waitsFor: String? = nil,
    mailboxLength: Int? = nil, mailboxBytes: UInt64 = 0, memory: UInt64 = 0, cpuTime: UInt64 = 0,
    age: UInt64 = 0, restarts: Int = 0, names: [String] = [], parent: ProcessID? = nil
  ) {
    self.pid = pid
    self.entry = entry
    self.host = host
    self.state = state
    self.waitsFor = waitsFor
    self.mailboxLength = mailboxLength
    self.mailboxBytes = mailboxBytes
    self.memory = memory
    self.cpuTime = cpuTime
    self.age = age
    self.restarts = restarts
    self.names = names
    self.parent = parent
  }
}
