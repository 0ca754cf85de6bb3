import WippyCore

/// A `process.host` entry, decoded. `nil` is what the machine decides.
package struct ProcessHostEntry: Sendable {
  package let entry: Entry
  package let workers: Int?
  package let queueSize: Int?
  package let localQueueSize: Int?
  package let maxProcesses: Int?
  package let lifecycle: LifecycleConfiguration

  package var id: EntryID { entry.id }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "process.host")
    let host = reader.object("host")
    func count(_ key: String) -> Int? {
      host?.integer(key).flatMap { Int(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
    }
    self.entry = entry
    workers = count("workers")
    queueSize = count("queue_size")
    localQueueSize = count("local_queue_size")
    maxProcesses = count("max_processes")
    lifecycle = LifecycleConfiguration(reader.object("lifecycle"))
  }
}

/// A `terminal.host` entry, decoded.
package struct TerminalHostEntry: Sendable {
  package let entry: Entry
  package let hidesLogs: Bool
  package let lifecycle: LifecycleConfiguration

  package var id: EntryID { entry.id }

  package init(_ entry: Entry) throws(RegistryError) {
    let reader = try EntryReader(entry, kind: "terminal.host")
    self.entry = entry
    hidesLogs = reader.boolean("hide_logs") ?? false
    lifecycle = LifecycleConfiguration(reader.object("lifecycle"))
  }
}
