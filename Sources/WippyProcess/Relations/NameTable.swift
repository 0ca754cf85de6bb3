import Synchronization
import WippyCore

/// Who has which name. Its lock may be taken while a process's `control` is held, and takes none itself.
final class NameTable: Sendable {
  private let names = Mutex<[String: ScheduledProcess]>([:])

  var count: Int { names.withLock { $0.count } }

  subscript(name: String) -> ScheduledProcess? {
    names.withLock { $0[name] }
  }

  /// Returns who has the name now: `process`, or whoever was there before.
  func claim(_ name: String, for process: ScheduledProcess) -> ScheduledProcess {
    names.withLock { names in
      if let owner = names[name] { return owner }
      names[name] = process
      return process
    }
  }

  /// `false` when the name is not this process's.
  @discardableResult
  func release(_ name: String, of process: ScheduledProcess) -> Bool {
    names.withLock { names in
      guard names[name] === process else { return false }
      names[name] = nil
      return true
    }
  }
}
