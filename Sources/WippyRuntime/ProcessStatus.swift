import WippyCore

/// What is known of one running process.
public struct ProcessStatus: Sendable, Hashable {
  public enum State: String, Sendable, Hashable {
    case starting, runnable, running, waiting, ending
  }

  public let pid: ProcessID
  public let entry: EntryID
  /// The host's id.
  public let host: String
  public let state: State
  /// What a waiting process waits for.
  public let waitsFor: String?
  /// Events in its mailbox; `nil` when it has none.
  public let mailboxLength: Int?
  /// Bytes of the messages there.
  public let mailboxBytes: UInt64
  /// Bytes.
  public let memory: UInt64
  /// Nanoseconds on a worker.
  public let cpuTime: UInt64
  /// Nanoseconds since its spawn.
  public let age: UInt64
  /// How often its supervisor has restarted it.
  public let restarts: Int
  /// Its registered names.
  public let names: [String]
  /// Who started it.
  public let parent: ProcessID?
}

/// How a shutdown went.
public struct ShutdownReport: Sendable, Hashable {
  /// The processes that did not stop within their time and were killed.
  public let killed: [KilledProcess]
}

/// A process that did not stop within its time.
public struct KilledProcess: Sendable, Hashable, CustomStringConvertible {
  public let pid: ProcessID
  public let entry: EntryID

  public var description: String { "\(entry) \(pid) did not stop in time and was killed" }
}
