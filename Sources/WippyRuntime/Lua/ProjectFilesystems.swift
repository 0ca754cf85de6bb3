import Synchronization
import WippyCore
import WippyLua
import WippyRegistry
import WippyWASI

/// The project's `fs` entries, for Lua programs, with the semantics that guests have.
final class ProjectFilesystems: LuaFilesystems {
  /// Open files of one process.
  static let maximumFiles = 256

  private let resolver: FilesystemResolver
  private let openFiles = Mutex<[ProcessID: Int]>([:])

  init(_ resolver: FilesystemResolver) {
    self.resolver = resolver
  }

  func directory(_ id: EntryID, for process: ProcessID) throws(LuaErrorValue) -> any LuaDirectory {
    let path: String
    do throws(RegistryError) {
      path = try resolver.directory(of: id)
    } catch {
      switch error {
      case .unknownEntry: throw LuaErrorValue(.notFound, "\(error)")
      default: throw LuaErrorValue(.invalid, "\(error)")
      }
    }
    do throws(FileError) {
      return ProjectDirectory(
        try Directory(hostPath: path, isReadOnly: false), name: "\(id)", process: process, of: self)
    } catch {
      throw LuaErrorValue(file: error, about: "\(id)")
    }
  }

  fileprivate func countOpened(by process: ProcessID) throws(LuaErrorValue) {
    let isWithin = openFiles.withLock { open in
      let count = open[process, default: 0]
      guard count < ProjectFilesystems.maximumFiles else { return false }
      open[process] = count + 1
      return true
    }
    guard isWithin else {
      throw LuaErrorValue(
        .unavailable, "the process has \(ProjectFilesystems.maximumFiles) open files: close some with `file:close()`")
    }
  }

  fileprivate func countClosed(by process: ProcessID) {
    openFiles.withLock { open in
      let count = open[process, default: 0] - 1
      open[process] = count > 0 ? count : nil
    }
  }
}

/// One filesystem of one process.
private final class ProjectDirectory: LuaDirectory {
  let name: String
  private let directory: Directory
  private let process: ProcessID
  private let filesystems: ProjectFilesystems

  init(_ directory: Directory, name: String, process: ProcessID, of filesystems: ProjectFilesystems) {
    self.directory = directory
    self.name = name
    self.process = process
    self.filesystems = filesystems
  }

  func open(_ path: String, _ mode: LuaFileMode) throws(LuaErrorValue) -> any LuaFile {
    try filesystems.countOpened(by: process)
    let (filesystems, process) = (filesystems, process)
    let onClose: @Sendable () -> Void = { filesystems.countClosed(by: process) }
    do throws(LuaErrorValue) {
      let file = try attempt(path) { (path) throws(FileError) in
        var request = OpenRequest()
        request.reads = mode.reads
        request.writes = mode.writes
        request.creates = mode.creates
        request.isExclusive = mode.isExclusive
        request.truncates = mode.truncates
        request.followsLink = true
        guard case .file(let file) = try directory.open(path, request) else { throw .isDirectory }
        return file
      }
      return ProjectFile(file, path: "\(name) \(path)", appends: mode.appends, onClose: onClose)
    } catch {
      onClose()
      throw error
    }
  }

  func list(_ path: String) throws(LuaErrorValue) -> [LuaFileEntry] {
    try attempt(path) { (path) throws(FileError) in
      var request = OpenRequest()
      request.reads = true
      request.mustBeDirectory = true
      request.followsLink = true
      guard case .directory(let opened) = try directory.open(path, request) else { throw .notDirectory }
      let listing = try opened.list()
      var entries: [LuaFileEntry] = []
      while let entry = try listing.next() {
        if entry.isDots { continue }
        // More names than memory for them would be the process's limit to say; this is the host's.
        guard entries.count < 1_000_000 else { throw .overflow }
        entries.append(LuaFileEntry(name: entry.name, type: entry.type.luaName))
      }
      return entries
    }
  }

  func status(_ path: String) throws(LuaErrorValue) -> LuaFileStatus {
    try attempt(path) { (path) throws(FileError) in
      LuaFileStatus(try directory.status(of: path, followsLink: true))
    }
  }

  func exists(_ path: String) throws(LuaErrorValue) -> Bool {
    try attempt(path) { (path) throws(FileError) in
      do throws(FileError) {
        _ = try directory.status(of: path, followsLink: true)
        return true
      } catch {
        guard error == .noEntry || error == .notDirectory else { throw error }
        return false
      }
    }
  }

  func createDirectory(_ path: String) throws(LuaErrorValue) {
    try attempt(path) { (path) throws(FileError) in try directory.createDirectory(path) }
  }

  func remove(_ path: String) throws(LuaErrorValue) {
    try attempt(path) { (path) throws(FileError) in
      switch try directory.status(of: path, followsLink: false).type {
      case .directory: try directory.removeDirectory(path)
      default: try directory.unlinkFile(path)
      }
    }
  }

  /// A path that begins with a slash begins at the filesystem's root.
  private func attempt<Output>(
    _ path: String, _ body: (GuestPath) throws(FileError) -> Output
  ) throws(LuaErrorValue) -> Output {
    do throws(FileError) {
      let relative = path.drop { $0 == "/" }
      return try body(GuestPath(relative.isEmpty && !path.isEmpty ? "." : String(relative)))
    } catch {
      throw LuaErrorValue(file: error, about: "\(name) \(path)")
    }
  }
}

/// An open file of a Lua program.
private final class ProjectFile: LuaFile {
  private struct State {
    var file: RegularFile?
    var position: UInt64 = 0
  }

  private let path: String
  private let appends: Bool
  private let onClose: @Sendable () -> Void
  private let isClosed = Atomic<Bool>(false)
  /// Held during an operation: one goes after the other.
  private let state: Mutex<State>

  init(_ file: RegularFile, path: String, appends: Bool, onClose: @escaping @Sendable () -> Void) {
    self.path = path
    self.appends = appends
    self.onClose = onClose
    state = Mutex(State(file: file))
  }

  deinit {
    close()
  }

  func read(_ count: Int) throws(LuaErrorValue) -> [UInt8] {
    try with { (file, position) throws(FileError) in
      let bytes = try file.read(ProjectFile.bounded(count, file, position), at: position)
      position += UInt64(bytes.count)
      return bytes
    }
  }

  /// No more than the file has, so that nobody allocates what is not there.
  private static func bounded(_ count: Int, _ file: RegularFile, _ position: UInt64) throws(FileError) -> Int {
    let size = try file.status().size
    return min(count, max(4096, size > position ? Int(clamping: size - position) : 0))
  }

  func write(_ bytes: [UInt8]) throws(LuaErrorValue) {
    try with { (file, position) throws(FileError) in
      let written = try file.write(bytes, at: appends ? .end : .offset(position))
      position = appends ? try file.status().size : position + UInt64(written)
      // The kernel took a part: the next write would have said why.
      guard written == bytes.count else { throw .insufficientSpace }
    }
  }

  func seek(_ origin: LuaFileOrigin, _ offset: Int64) throws(LuaErrorValue) -> Int64 {
    try with { (file, position) throws(FileError) in
      let base: UInt64 =
        switch origin {
        case .set: 0
        case .cur: position
        case .end: try file.status().size
        }
      let (target, overflow) = Int64(clamping: base).addingReportingOverflow(offset)
      guard !overflow, target >= 0 else { throw .invalid }
      position = UInt64(target)
      return target
    }
  }

  func status() throws(LuaErrorValue) -> LuaFileStatus {
    try with { (file, _) throws(FileError) in LuaFileStatus(try file.status()) }
  }

  func synchronize() throws(LuaErrorValue) {
    try with { (file, _) throws(FileError) in try file.synchronize(dataOnly: false) }
  }

  func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    onClose()
    // What is under way holds the lock, and lets go of the file when it ends.
    _ = state.withLockIfAvailable { $0.file = nil }
  }

  private func with<Output: Sendable>(
    _ body: (RegularFile, inout UInt64) throws(FileError) -> Output
  ) throws(LuaErrorValue) -> Output {
    let result: Result<Output, FileError>? = state.withLock { state in
      defer { if isClosed.load(ordering: .acquiring) { state.file = nil } }
      guard !isClosed.load(ordering: .acquiring), let file = state.file else { return nil }
      return Result { () throws(FileError) in try body(file, &state.position) }
    }
    guard let result else { throw LuaErrorValue(.invalid, "\(path) is closed") }
    do throws(FileError) {
      return try result.get()
    } catch {
      throw LuaErrorValue(file: error, about: path)
    }
  }
}

extension LuaErrorValue {
  /// - Parameter subject: What the operation was about.
  fileprivate init(file error: FileError, about subject: String) {
    switch error {
    case .noEntry, .noDevice, .noSuchDevice: self.init(.notFound, "\(subject): there is no such file or directory")
    case .exist: self.init(.alreadyExists, "\(subject): it is there already")
    case .notPermitted:
      self.init(
        .permissionDenied, "\(subject): the path leads out of the filesystem, or the operation is not permitted")
    case .access: self.init(.permissionDenied, "\(subject): access is denied")
    case .readOnly: self.init(.permissionDenied, "\(subject): the filesystem is read-only")
    case .badDescriptor: self.init(.permissionDenied, "\(subject): the file is not open for this")
    case .isDirectory: self.init(.invalid, "\(subject): it is a directory")
    case .notDirectory: self.init(.invalid, "\(subject): it is not a directory")
    case .notEmpty: self.init(.conflict, "\(subject): the directory is not empty")
    case .unsupported: self.init(.invalid, "\(subject): only regular files and directories can be opened")
    case .insufficientMemory, .insufficientSpace, .quota, .busy:
      self.init(.unavailable, "\(subject): \(error.name)")
    case .invalid, .nameTooLong, .loop, .fileTooLarge, .illegalByteSequence, .overflow, .crossDevice:
      self.init(.invalid, "\(subject): \(error.name)")
    default: self.init(.internal, "\(subject): \(error.name)")
    }
  }
}

extension FileType {
  fileprivate var luaName: String {
    switch self {
    case .regularFile: "file"
    default: name
    }
  }
}

extension LuaFileStatus {
  fileprivate init(_ status: FileStatus) {
    self.init(
      type: status.type.luaName, size: status.size,
      modified: WallTime(seconds: UInt64(clamping: status.modified.seconds), nanoseconds: status.modified.nanoseconds),
      mode: status.mode)
  }
}
