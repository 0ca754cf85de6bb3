import Glibc

/// Why a filesystem operation failed: the error codes of `wasi:filesystem` 0.2, in the order of its enumeration.
package enum FileError: UInt8, Error, CaseIterable, Sendable {
  case access, wouldBlock, already, badDescriptor, busy, deadlock, quota, exist, fileTooLarge
  case illegalByteSequence, inProgress, interrupted, invalid, io, isDirectory, loop, tooManyLinks
  case messageSize, nameTooLong, noDevice, noEntry, noLock, insufficientMemory, insufficientSpace
  case notDirectory, notEmpty, notRecoverable, unsupported, noTTY, noSuchDevice, overflow, notPermitted
  case pipe, readOnly, invalidSeek, textFileBusy, crossDevice

  /// The kernel's error number; one that filesystems do not give is `io`.
  package init(errno code: Int32) {
    self =
      switch code {
      case EACCES: .access
      case EAGAIN: .wouldBlock
      case EALREADY: .already
      case EBADF: .badDescriptor
      case EBUSY: .busy
      case EDEADLK: .deadlock
      case EDQUOT: .quota
      case EEXIST: .exist
      case EFBIG: .fileTooLarge
      case EILSEQ: .illegalByteSequence
      case EINPROGRESS: .inProgress
      case EINTR: .interrupted
      case EINVAL: .invalid
      case EISDIR: .isDirectory
      case ELOOP: .loop
      case EMLINK: .tooManyLinks
      case EMSGSIZE: .messageSize
      case ENAMETOOLONG: .nameTooLong
      case ENODEV: .noDevice
      case ENOENT: .noEntry
      case ENOLCK: .noLock
      case ENOMEM: .insufficientMemory
      // The host's own descriptors are used up: for the guest a lack like that of memory.
      case EMFILE, ENFILE: .insufficientMemory
      case ENOSPC: .insufficientSpace
      case ENOTDIR: .notDirectory
      case ENOTEMPTY: .notEmpty
      case ENOTRECOVERABLE: .notRecoverable
      case EOPNOTSUPP, ENOSYS: .unsupported
      case ENOTTY: .noTTY
      case ENXIO: .noSuchDevice
      case EOVERFLOW: .overflow
      case EPERM: .notPermitted
      case EPIPE: .pipe
      case EROFS: .readOnly
      case ESPIPE: .invalidSeek
      case ETXTBSY: .textFileBusy
      case EXDEV: .crossDevice
      default: .io
      }
  }

  /// What the kernel said last on this thread.
  static var last: FileError { FileError(errno: errno) }

  /// The case's name in WIT.
  package var name: String { FileError.names[Int(rawValue)] }

  /// Finds the error that a text of `name` stands for: streams tell their failures as texts.
  package init?(name: String) {
    guard let index = FileError.names.firstIndex(of: name) else { return nil }
    self.init(rawValue: UInt8(index))
  }

  private static let names = [
    "access", "would-block", "already", "bad-descriptor", "busy", "deadlock", "quota", "exist", "file-too-large",
    "illegal-byte-sequence", "in-progress", "interrupted", "invalid", "io", "is-directory", "loop", "too-many-links",
    "message-size", "name-too-long", "no-device", "no-entry", "no-lock", "insufficient-memory", "insufficient-space",
    "not-directory", "not-empty", "not-recoverable", "unsupported", "no-tty", "no-such-device", "overflow",
    "not-permitted", "pipe", "read-only", "invalid-seek", "text-file-busy", "cross-device",
  ]
}
