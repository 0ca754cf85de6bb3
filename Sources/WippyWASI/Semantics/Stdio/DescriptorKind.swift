import Glibc

/// What a descriptor is, as far as it decides how to use it without blocking.
enum DescriptorKind: Hashable, Sendable {
  case pipe
  case terminal
  case socket
  /// A regular file, or what else is always ready.
  case file

  init(_ descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      self = .file
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    case S_IFCHR: self = isatty(descriptor) == 1 ? .terminal : .file
    case S_IFREG, S_IFBLK, S_IFDIR: self = .file
    default: self = .pipe
    }
  }
}
