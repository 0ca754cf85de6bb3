import WippyCore

/// What process lists show of one process.
package struct ProcessInfo: Sendable, Hashable {
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
  /// Bytes.
  package var memory: UInt64
  /// Nanoseconds on a worker.
  package var cpuTime: UInt64
  /// Nanoseconds since its spawn.
  package var age: UInt64
}
