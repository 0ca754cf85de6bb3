import CLinux
import Glibc

/// How a path is to be opened.
package struct OpenRequest: Sendable, Hashable {
  package var reads = false
  package var writes = false
  package var creates = false
  /// With `creates`: it must not be there yet.
  package var isExclusive = false
  package var truncates = false
  package var mustBeDirectory = false
  package var followsLink = false

  package init() {}

  /// Whether a mount that is read-only refuses it.
  var changes: Bool { writes || creates || truncates }

  var flags: Int32 {
    get throws(FileError) {
      if mustBeDirectory, creates || isExclusive || truncates { throw .invalid }
      // Pipes and devices are opened without waiting, and closed again.
      var flags = O_NONBLOCK | O_NOCTTY
      flags |= writes || truncates ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY
      if creates { flags |= O_CREAT }
      if isExclusive { flags |= O_EXCL }
      if truncates { flags |= O_TRUNC }
      if mustBeDirectory { flags |= O_DIRECTORY }
      // Without O_CREAT the kernel leaves open what O_EXCL does.
      if isExclusive, !creates { flags &= ~O_EXCL }
      return flags
    }
  }
}

/// What was opened.
package enum OpenedFile: Sendable {
  case file(RegularFile)
  case directory(Directory)
}
