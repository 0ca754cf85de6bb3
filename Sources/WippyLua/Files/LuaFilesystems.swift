import WippyCore

/// The directories of the project's `fs` entries, for Lua programs.
///
/// Everything but `close` may wait for the disk: it is called on the pool of blocking threads.
package protocol LuaFilesystems: AnyObject, Sendable {
  /// - Parameter process: Whose open files are counted.
  func directory(_ id: EntryID, for process: ProcessID) throws(LuaErrorValue) -> any LuaDirectory
}

/// One filesystem. Paths are relative to it, also when they begin with a slash; none leads out of it.
package protocol LuaDirectory: AnyObject, Sendable {
  /// The id of its entry.
  var name: String { get }
  func open(_ path: String, _ mode: LuaFileMode) throws(LuaErrorValue) -> any LuaFile
  func list(_ path: String) throws(LuaErrorValue) -> [LuaFileEntry]
  func status(_ path: String) throws(LuaErrorValue) -> LuaFileStatus
  func exists(_ path: String) throws(LuaErrorValue) -> Bool
  func createDirectory(_ path: String) throws(LuaErrorValue)
  /// Removes a file, a link, or an empty directory.
  func remove(_ path: String) throws(LuaErrorValue)
}

/// An open file with a position.
package protocol LuaFile: AnyObject, Sendable {
  /// At most `count` bytes from the position on; none at the end.
  func read(_ count: Int) throws(LuaErrorValue) -> [UInt8]
  func write(_ bytes: [UInt8]) throws(LuaErrorValue)
  /// Moves the position, and returns it.
  func seek(_ origin: LuaFileOrigin, _ offset: Int64) throws(LuaErrorValue) -> Int64
  func status() throws(LuaErrorValue) -> LuaFileStatus
  /// Waits until the disk has what was written.
  func synchronize() throws(LuaErrorValue)
  /// Never waits. Operations that are under way end first.
  func close()
}

/// What a file is opened for.
package struct LuaFileMode: Sendable, Hashable {
  package var reads = false
  package var writes = false
  package var creates = false
  package var isExclusive = false
  package var truncates = false
  /// Every write goes to the end.
  package var appends = false

  package init() {}

  /// As C's `fopen` writes them: `r`, `w`, `a`, with `+` for both directions, with `x` for what must not be there yet.
  package init?(_ text: String) {
    let letters = text.filter { $0 != "b" && $0 != "+" }
    switch letters {
    case "r": reads = true
    case "w", "wx":
      writes = true
      creates = true
      truncates = letters == "w"
      isExclusive = letters == "wx"
    case "a":
      writes = true
      creates = true
      appends = true
    default: return nil
    }
    if text.contains("+") {
      reads = true
      writes = true
    }
  }
}

/// From where a position counts.
package enum LuaFileOrigin: String, Sendable, Hashable, CaseIterable {
  case set, cur, end
}

/// One name in a directory.
package struct LuaFileEntry: Sendable, Hashable {
  package var name: [UInt8]
  /// `file`, `directory`, or another kind's name.
  package var type: String

  package init(name: [UInt8], type: String) {
    self.name = name
    self.type = type
  }
}

/// What is known about a file.
package struct LuaFileStatus: Sendable, Hashable {
  package var type: String
  package var size: UInt64
  package var modified: WallTime
  /// The permission bits.
  package var mode: UInt32

  package init(type: String, size: UInt64, modified: WallTime, mode: UInt32) {
    self.type = type
    self.size = size
    self.modified = modified
    self.mode = mode
  }
}
