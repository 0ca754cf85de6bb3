import Glibc

/// A directory that belongs to this user alone, in which files appear whole or not at all.
///
/// Everything goes through the descriptor of the directory that was checked, so nobody can put another one in its
/// place. What lies in it can run in this process: see `open`.
package final class CacheDirectory: Sendable {
  package let path: String
  private let descriptor: Int32

  /// A file of the directory, for eviction.
  struct Entry {
    var name: String
    var size: UInt64
    /// Nanoseconds since 1970.
    var modified: Int64
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens `path`, and makes it (0700) with its parents where it is missing.
  ///
  /// Refuses a directory that belongs to another user or that others may write: compiled code from there would run
  /// with this user's rights.
  package static func open(_ path: String) throws(EngineError) -> CacheDirectory {
    try makeDirectories(path)
    var status = stat()
    guard lstat(path, &status) == 0 else { throw failure(path, "cannot be read", errno) }
    if status.st_mode & S_IFMT == S_IFLNK {
      try requireOwner(status, path, "the symbolic link")
    }
    guard let opened = OwnedDescriptor(Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
      throw failure(path, "cannot be opened", errno)
    }
    guard fstat(opened.value, &status) == 0 else { throw failure(path, "cannot be read", errno) }
    try requireOwner(status, path, "the directory")
    guard status.st_mode & 0o022 == 0 else {
      throw .cache(
        path: path,
        reason: "others may write it (mode \(octal(status.st_mode))): `chmod 700` it, or set WIPPY_CACHE_DIR")
    }
    let kept = fcntl(opened.value, F_DUPFD_CLOEXEC, 3)
    guard kept >= 0 else { throw failure(path, "cannot be opened", errno) }
    return CacheDirectory(path: path, descriptor: kept)
  }

  /// The file `name` for reading, when it is a regular file of this user that nobody else may write.
  func file(_ name: String) -> OwnedDescriptor? {
    guard let file = OwnedDescriptor(openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK))
    else { return nil }
    var status = stat()
    guard fstat(file.value, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_mode & 0o022 == 0
    else { return nil }
    return file
  }

  func has(_ name: String) -> Bool { faccessat(descriptor, name, R_OK, 0) == 0 }

  /// Writes the file `name`, replacing one of that name: readers see the old one or the new one.
  ///
  /// Returns what the new file is. With `durable` its content is on the disk before its name is.
  @discardableResult
  func write(
    _ name: String, _ bytes: UnsafeRawBufferPointer, durable: Bool = false
  ) throws(EngineError) -> FileIdentity {
    let temporary = "\(CacheDirectory.temporaryPrefix)\(getpid())-\(UInt64.random(in: .min ... .max))"
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    guard let file = OwnedDescriptor(openat(descriptor, temporary, flags, 0o600)) else {
      throw failure("cannot be written")
    }
    var error = file.write(all: bytes)
    if error == 0, durable, fdatasync(file.value) != 0 { error = errno }
    if error == 0, renameat(descriptor, temporary, descriptor, name) != 0 { error = errno }
    guard error == 0 else {
      unlinkat(descriptor, temporary, 0)
      throw CacheDirectory.failure(path, "cannot be written", error)
    }
    guard let identity = FileIdentity(descriptor: file.value) else { throw failure("cannot be read") }
    return identity
  }

  func remove(_ name: String) {
    unlinkat(descriptor, name, 0)
  }

  /// All files; an unreadable directory has none.
  func entries() -> [Entry] {
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { return [] }
    guard let listing = fdopendir(copy) else {
      close(copy)
      return []
    }
    defer { closedir(listing) }
    var entries: [Entry] = []
    while let item = readdir(listing) {
      let name = withUnsafePointer(to: &item.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG
      else { continue }
      let identity = FileIdentity(status)
      entries.append(Entry(name: name, size: identity.size, modified: identity.modified))
    }
    return entries
  }

  /// How the names of unfinished files begin.
  static let temporaryPrefix = ".tmp-"

  private func failure(_ what: String) -> EngineError {
    CacheDirectory.failure(path, what, errno)
  }

  private static func failure(_ path: String, _ what: String, _ error: Int32) -> EngineError {
    .cache(path: path, reason: "\(what): \(String(cString: strerror(error)))")
  }

  private static func requireOwner(_ status: stat, _ path: String, _ what: String) throws(EngineError) {
    guard status.st_uid == geteuid() else {
      throw .cache(
        path: path,
        reason: "\(what) belongs to user \(status.st_uid), and this is user \(geteuid()): set WIPPY_CACHE_DIR to a"
          + " directory of your own")
    }
  }

  private static func octal(_ mode: mode_t) -> String { "0" + String(mode & 0o7777, radix: 8) }

  private static func makeDirectories(_ path: String) throws(EngineError) {
    // Each parent in turn, then the directory itself.
    var ends = path.indices.dropFirst().filter { path[$0] == "/" }
    ends.append(path.endIndex)
    for end in ends where mkdir(String(path[..<end]), 0o700) != 0 {
      // A parent on a read-only disk, or in another user's directory, may be there all the same.
      guard errno != EEXIST else { continue }
      let error = errno
      var status = stat()
      guard stat(String(path[..<end]), &status) == 0 else { throw failure(path, "cannot be made", error) }
    }
  }
}
