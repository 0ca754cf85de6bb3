import WippyCore

extension Scheduler {
  /// The entries of a process and of those that wait for it as its callers: none of them ends before what it calls.
  package func chain(of pid: ProcessID) -> [EntryID] {
    var entries: [EntryID] = []
    var next = table[pid]
    while let process = next {
      entries.append(process.spawnEntry)
      next = process.origin.flatMap { $0.isCall ? $0.parent : nil }.flatMap { table[$0] }
    }
    return entries
  }
}
