import WippyComponent

/// `wasi:filesystem`'s descriptor: a file or a directory that a guest has open.
final class FileDescriptor: HostResource, Sendable {
  /// `descriptor-flags` of 0.2.
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8

    static let read = Flags(rawValue: 1 << 0)
    static let write = Flags(rawValue: 1 << 1)
    static let fileIntegritySync = Flags(rawValue: 1 << 2)
    static let dataIntegritySync = Flags(rawValue: 1 << 3)
    static let requestedWriteSync = Flags(rawValue: 1 << 4)
    static let mutateDirectory = Flags(rawValue: 1 << 5)
    static let all = Flags(rawValue: 0x3f)

    var durability: RegularFile.Durability {
      if !isDisjoint(with: [.fileIntegritySync, .requestedWriteSync]) { return .everything }
      return contains(.dataIntegritySync) ? .data : .memory
    }
  }

  let opened: OpenedFile
  let flags: Flags
  /// The directory of a mount, which guests keep.
  let outlivesCall: Bool

  /// - Parameter flags: Those that it was opened with.
  init(_ opened: OpenedFile, flags: Flags, outlivesCall: Bool = false) {
    self.opened = opened
    self.outlivesCall = outlivesCall
    self.flags =
      switch opened {
      case .file: flags.subtracting(.mutateDirectory)
      case .directory(let directory): directory.isReadOnly ? .read : [.read, .mutateDirectory]
      }
  }

  convenience init(preopened directory: Directory) {
    self.init(.directory(directory), flags: [], outlivesCall: true)
  }

  /// The file, for what can only be done with one.
  var file: RegularFile {
    get throws(FileError) {
      guard case .file(let file) = opened else { throw .isDirectory }
      return file
    }
  }

  var directory: Directory {
    get throws(FileError) {
      guard case .directory(let directory) = opened else { throw .notDirectory }
      return directory
    }
  }
}

extension OpenedFile {
  func status(_ effort: Effort) throws(FileError) -> FileStatus {
    switch self {
    case .file(let file): try file.status(effort)
    case .directory(let directory): try directory.status(effort)
    }
  }

  func setTimes(accessed: NewFileTime, modified: NewFileTime) throws(FileError) {
    switch self {
    case .file(let file): try file.setTimes(accessed: accessed, modified: modified)
    case .directory(let directory): try directory.setTimes(accessed: accessed, modified: modified)
    }
  }

  func synchronize(dataOnly: Bool) throws(FileError) {
    switch self {
    case .file(let file): try file.synchronize(dataOnly: dataOnly)
    case .directory(let directory): try directory.synchronize(dataOnly: dataOnly)
    }
  }
}

/// `directory-entry-stream`.
final class DirectoryEntryStream: HostResource, Sendable {
  let listing: DirectoryListing

  init(_ listing: DirectoryListing) {
    self.listing = listing
  }
}
