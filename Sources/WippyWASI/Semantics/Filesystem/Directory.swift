import CLinux
import Glibc

/// An open directory, and what can be done below it. No path leads out of it.
///
/// Everything may wait for the disk, but for what takes an `Effort` and is given `cached`.
package final class Directory: Sendable {
  let descriptor: OpenDescriptor
  /// Whether nothing below may be changed through it.
  package let isReadOnly: Bool
  let resolver: PathResolver
  /// Whether the disk is this machine's own: what is in memory is there without asking anybody.
  let isLocal: Bool

  /// Opens a directory of the host's.
  ///
  /// - Parameter path: A path of the host, which may lead through symbolic links.
  package convenience init(
    hostPath path: String, isReadOnly: Bool, resolver: PathResolver = PathResolver()
  ) throws(FileError) {
    let number = wippy_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard number >= 0 else { throw .last }
    self.init(
      OpenDescriptor(owning: number), isReadOnly: isReadOnly, resolver: resolver,
      isLocal: wippy_is_local_filesystem(number))
  }

  init(_ descriptor: OpenDescriptor, isReadOnly: Bool, resolver: PathResolver, isLocal: Bool) {
    self.descriptor = descriptor
    self.isReadOnly = isReadOnly
    self.resolver = resolver
    self.isLocal = isLocal
  }

  // MARK: Opening

  /// Opens a regular file or a directory. Everything else is `unsupported`.
  package func open(
    _ path: GuestPath, _ request: OpenRequest, _ effort: Effort = .full
  ) throws(FileError) -> OpenedFile {
    if isReadOnly, request.changes { throw .readOnly }
    let flags = try request.flags
    // Opening for writing may wait for others that have the file open.
    if request.changes { try requireFull(effort) }
    let opened = try resolve(path, flags: flags, mode: 0o666, follow: request.followsLink, effort)
    switch try FileStatus(of: opened.number).type {
    case .regularFile:
      return .file(
        RegularFile(
          opened, reads: request.reads, writes: request.writes, isReadOnly: isReadOnly, isLocal: isLocal))
    case .directory:
      return .directory(Directory(opened, isReadOnly: isReadOnly, resolver: resolver, isLocal: isLocal))
    default: throw .unsupported
    }
  }

  private func resolve(
    _ path: GuestPath, flags: Int32, mode: mode_t = 0, follow: Bool, _ effort: Effort
  ) throws(FileError) -> OpenDescriptor {
    if !isLocal { try requireFull(effort) }
    return try resolver.open(
      path, below: descriptor.number, flags: flags, mode: mode, follow: follow, effort: effort)
  }

  private func requireFull(_ effort: Effort) throws(FileError) {
    guard effort == .full else { throw .wouldBlock }
  }

  private func requireWritable() throws(FileError) {
    guard !isReadOnly else { throw .readOnly }
  }

  // MARK: Itself

  package func status(_ effort: Effort = .full) throws(FileError) -> FileStatus {
    if !isLocal { try requireFull(effort) }
    return try FileStatus(of: descriptor.number)
  }

  package func setTimes(accessed: NewFileTime, modified: NewFileTime) throws(FileError) {
    try requireWritable()
    let times = [try accessed.specification, try modified.specification]
    guard futimens(descriptor.number, times) == 0 else { throw .last }
  }

  /// Waits until the disk has it; with `dataOnly` without what readers do not need.
  package func synchronize(dataOnly: Bool) throws(FileError) {
    guard (dataOnly ? fdatasync(descriptor.number) : fsync(descriptor.number)) == 0 else { throw .last }
  }

  /// The names in it, from the first on.
  package func list(_ effort: Effort = .full) throws(FileError) -> DirectoryListing {
    if !isLocal { try requireFull(effort) }
    // A position of its own.
    let number = wippy_openat(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard number >= 0 else { throw .last }
    return DirectoryListing(OpenDescriptor(owning: number))
  }

  // MARK: What is below

  package func status(
    of path: GuestPath, followsLink: Bool, _ effort: Effort = .full
  ) throws(FileError) -> FileStatus {
    let opened = try resolve(path, flags: WIPPY_O_PATH, follow: followsLink, effort)
    return try withExtendedLifetime(opened) { () throws(FileError) in try FileStatus(of: opened.number) }
  }

  package func setTimes(
    of path: GuestPath, followsLink: Bool, accessed: NewFileTime, modified: NewFileTime
  ) throws(FileError) {
    try requireWritable()
    let times = [try accessed.specification, try modified.specification]
    let opened = try resolve(path, flags: WIPPY_O_PATH, follow: followsLink, .full)
    let result = withExtendedLifetime(opened) { wippy_set_times(opened.number, times) }
    guard result == 0 else { throw .last }
  }

  package func createDirectory(_ path: GuestPath) throws(FileError) {
    try change(path) { parent, name in mkdirat(parent, name, 0o777) }
  }

  package func removeDirectory(_ path: GuestPath) throws(FileError) {
    try change(path) { parent, name in unlinkat(parent, name, Int32(AT_REMOVEDIR)) }
  }

  package func unlinkFile(_ path: GuestPath) throws(FileError) {
    try change(path) { parent, name in unlinkat(parent, name, 0) }
  }

  /// Makes a symbolic link. Where its target leads is only looked at when it is followed.
  package func createSymbolicLink(_ path: GuestPath, to target: String) throws(FileError) {
    guard !target.utf8.contains(0) else { throw .invalid }
    guard !target.isEmpty else { throw .noEntry }
    guard target.utf8.count <= GuestPath.longest else { throw .nameTooLong }
    guard target.utf8.first != UInt8(ascii: "/") else { throw .notPermitted }
    try change(path) { parent, name in symlinkat(target, parent, name) }
  }

  /// The target of a symbolic link; one that is absolute is none of the guest's business.
  package func symbolicLinkTarget(of path: GuestPath, _ effort: Effort = .full) throws(FileError) -> String {
    try requireFull(effort)
    let target = try resolver.withParent(of: path, below: descriptor.number) { (parent, name) throws(FileError) in
      try PathWalk.target(of: name, in: parent)
    }
    guard let target, target.utf8.first != UInt8(ascii: "/") else { throw .notPermitted }
    return target
  }

  /// Gives a file another name, below this directory or another one.
  package func link(_ path: GuestPath, to other: Directory, as newPath: GuestPath) throws(FileError) {
    // A second name would make a file that may not be changed one that may.
    try requireWritable()
    try other.requireWritable()
    // The kernel would follow a link before a slash; and has no hard links of directories.
    if path.endsWithSlash {
      guard try status(of: path, followsLink: true).type == .directory else { throw .notDirectory }
      throw .notPermitted
    }
    try move(path, to: other, as: newPath) { from, name, to, newName in linkat(from, name, to, newName, 0) }
  }

  /// Moves what `path` names, below this directory or another one.
  package func rename(_ path: GuestPath, to other: Directory, as newPath: GuestPath) throws(FileError) {
    try requireWritable()
    try other.requireWritable()
    try move(path, to: other, as: newPath) { from, name, to, newName in renameat(from, name, to, newName) }
  }

  private func change(_ path: GuestPath, _ call: (Int32, String) -> Int32) throws(FileError) {
    try requireWritable()
    try resolver.withParent(of: path, below: descriptor.number) { (parent, name) throws(FileError) in
      guard call(parent, name) == 0 else { throw .last }
    }
  }

  private func move(
    _ path: GuestPath, to other: Directory, as newPath: GuestPath, _ call: (Int32, String, Int32, String) -> Int32
  ) throws(FileError) {
    try resolver.withParent(of: path, below: descriptor.number) { (from, name) throws(FileError) in
      try other.resolver.withParent(of: newPath, below: other.descriptor.number) { (to, newName) throws(FileError) in
        guard call(from, name, to, newName) == 0 else { throw .last }
      }
    }
  }
}
