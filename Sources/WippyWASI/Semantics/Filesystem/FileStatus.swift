import CLinux
import Glibc

/// What kind of thing a path names.
package enum FileType: UInt8, Sendable, Hashable {
  // The order of `descriptor-type` in wasi:filesystem 0.2.
  case unknown, blockDevice, characterDevice, directory, fifo, symbolicLink, regularFile, socket

  package init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFBLK: .blockDevice
      case S_IFCHR: .characterDevice
      case S_IFDIR: .directory
      case S_IFIFO: .fifo
      case S_IFLNK: .symbolicLink
      case S_IFREG: .regularFile
      case S_IFSOCK: .socket
      default: .unknown
      }
  }

  /// The type in a directory's entry, which not every filesystem knows.
  init(entryType: UInt8) {
    self = entryType == 0 ? .unknown : FileType(mode: mode_t(entryType) << 12)
  }

  /// The case's name in WIT.
  package var name: String {
    switch self {
    case .unknown: "unknown"
    case .blockDevice: "block-device"
    case .characterDevice: "character-device"
    case .directory: "directory"
    case .fifo: "fifo"
    case .symbolicLink: "symbolic-link"
    case .regularFile: "regular-file"
    case .socket: "socket"
    }
  }
}

/// A point in time of a file, relative to 1970.
package struct FileTime: Sendable, Hashable {
  package var seconds: Int64
  package var nanoseconds: UInt32

  package init(seconds: Int64, nanoseconds: UInt32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  init(_ time: timespec) {
    self.init(seconds: Int64(time.tv_sec), nanoseconds: UInt32(clamping: time.tv_nsec))
  }

  /// Nanoseconds since 1970; the nearest that there is for times that have none.
  package var sinceEpoch: UInt64 {
    guard seconds >= 0 else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : product.addingReportingOverflow(UInt64(nanoseconds)).partialValue
  }
}

/// What is known about a file.
package struct FileStatus: Sendable, Hashable {
  package var device: UInt64
  package var inode: UInt64
  package var type: FileType
  package var linkCount: UInt64
  package var size: UInt64
  package var accessed: FileTime
  package var modified: FileTime
  package var changed: FileTime
  /// The permission bits.
  package var mode: UInt32

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    type = FileType(mode: status.st_mode)
    linkCount = UInt64(status.st_nlink)
    size = UInt64(max(0, status.st_size))
    accessed = FileTime(status.st_atim)
    modified = FileTime(status.st_mtim)
    changed = FileTime(status.st_ctim)
    mode = UInt32(status.st_mode & 0o7777)
  }

  /// Of what a descriptor names, also one that was opened for its path only.
  init(of descriptor: Int32) throws(FileError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last }
    self.init(status)
  }

  /// Whether both are the same file.
  package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }

  /// A number of 128 bits that changes when the file does, and tells nobody outside of this program its inode.
  package var metadataHash: (lower: UInt64, upper: UInt64) { (hash(of: 1), hash(of: 2)) }

  private func hash(of part: UInt8) -> UInt64 {
    // Swift's hashes are keyed anew in every program that runs, and the same all through it.
    var hasher = Hasher()
    hasher.combine(part)
    hasher.combine(device)
    hasher.combine(inode)
    hasher.combine(size)
    hasher.combine(modified)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}

/// What a time of a file is to become.
package enum NewFileTime: Sendable, Hashable {
  case unchanged
  case now
  case time(FileTime)

  var specification: timespec {
    get throws(FileError) {
      switch self {
      case .unchanged: return timespec(tv_sec: 0, tv_nsec: Int(WIPPY_UTIME_OMIT))
      case .now: return timespec(tv_sec: 0, tv_nsec: Int(WIPPY_UTIME_NOW))
      case .time(let time):
        guard time.nanoseconds < 1_000_000_000 else { throw .invalid }
        return timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
      }
    }
  }
}
