import Synchronization
import WippyCore

extension Scheduler {
  package func register(_ name: String, _ pid: ProcessID) throws(NameFailure) {
    guard let process = table[pid] else { throw .noProcess(pid) }
    try register(name, process)
  }

  func register(_ name: String, _ process: ScheduledProcess) throws(NameFailure) {
    guard !name.isEmpty, name.utf8.count <= NameFailure.maxLength else { throw .invalid }
    let failure = process.control.withLock { control -> NameFailure? in
      if control.isOver { return .noProcess(process.pid) }
      if control.relations.names.contains(name) { return nil }
      if control.relations.names.count >= Relations.maxNames { return .tooMany(limit: Relations.maxNames) }
      let owner = names.claim(name, for: process)
      if owner !== process { return .taken(name: name, by: owner.pid) }
      control.relations.names.append(name)
      return nil
    }
    if let failure { throw failure }
  }

  package func lookup(_ name: String) -> ProcessID? {
    names[name]?.pid
  }

  package func unregister(_ name: String) -> Bool {
    guard let process = names[name] else { return false }
    return process.control.withLock { control in
      control.relations.names.removeAll { $0 == name }
      return names.release(name, of: process)
    }
  }
}
