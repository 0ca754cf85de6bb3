import CLinux
import Glibc

/// Opens what a path below a directory names, and never anything that is not below it: not by `..`, an absolute path, a
/// symbolic link, or a directory that is moved meanwhile.
package struct PathResolver: Sendable {
  /// Who follows the path.
  package enum Method: Sendable, Hashable {
    /// The kernel, which has a call for it since Linux 5.6.
    case kernel
    /// This program, name by name.
    case walk
  }

  package let method: Method

  package init(_ method: Method = PathResolver.preferred) {
    self.method = method
  }

  /// What this machine can do best.
  package static let preferred: Method = {
    let resolve = UInt64(WIPPY_RESOLVE_BENEATH | WIPPY_RESOLVE_NO_MAGICLINKS)
    let probe = wippy_openat2(AT_FDCWD, ".", UInt64(WIPPY_O_PATH | O_CLOEXEC), 0, resolve)
    guard probe >= 0 else { return .walk }
    close(probe)
    return .kernel
  }()

  /// Symbolic links on one way at most, as in the kernel.
  static let mostLinks = 40
  /// A rename anywhere may make the kernel give up; it is asked again this often.
  private static let mostAttempts = 64

  /// - Parameters:
  ///   - flags: `O_*`, without those that say whether links are followed.
  ///   - follow: Whether a symbolic link at the end is followed.
  func open(
    _ path: GuestPath, below directory: Int32, flags: Int32, mode: mode_t = 0, follow: Bool, effort: Effort
  ) throws(FileError) -> OpenDescriptor {
    let flags = flags | O_CLOEXEC
    switch (method, effort) {
    case (.kernel, _):
      if let number = try openByKernel(path.text, directory, flags, mode, follow, effort) {
        return OpenDescriptor(owning: number)
      }
      return try PathWalk(from: directory).open(path.text, flags: flags, mode: mode, follow: follow)
    case (.walk, .cached): throw .wouldBlock
    case (.walk, .full): return try PathWalk(from: directory).open(path.text, flags: flags, mode: mode, follow: follow)
    }
  }

  /// Runs `body` with the directory that has the path's last name, and that name: what `mkdirat` and its like take.
  func withParent<Output>(
    of path: GuestPath, below directory: Int32, _ body: (Int32, String) throws(FileError) -> Output
  ) throws(FileError) -> Output {
    let (parent, name) = path.split
    // The kernel refuses to do anything with these two, each call for its own reason; but `..` must not be looked at
    // where it leads out.
    if name == ".." || name == "../" {
      _ = try open(path, below: directory, flags: WIPPY_O_PATH, follow: true, effort: .full)
    }
    if parent == "." { return try body(directory, name) }
    let opened = try open(
      GuestPath(parent), below: directory, flags: WIPPY_O_PATH | O_DIRECTORY, follow: true, effort: .full)
    return try withExtendedLifetime(opened) { () throws(FileError) in try body(opened.number, name) }
  }

  /// `nil` where the kernel could not be sure.
  private func openByKernel(
    _ path: String, _ directory: Int32, _ flags: Int32, _ mode: mode_t, _ follow: Bool, _ effort: Effort
  ) throws(FileError) -> Int32? {
    var resolve = UInt64(WIPPY_RESOLVE_BENEATH | WIPPY_RESOLVE_NO_MAGICLINKS)
    if effort == .cached { resolve |= UInt64(WIPPY_RESOLVE_CACHED) }
    let all = UInt64(UInt32(bitPattern: flags | (follow ? 0 : O_NOFOLLOW)))
    for _ in 0..<PathResolver.mostAttempts {
      // The kernel takes a mode with these only.
      let number = wippy_openat2(directory, path, all, flags & O_CREAT != 0 ? UInt64(mode) : 0, resolve)
      if number >= 0 { return number }
      switch errno {
      case EINTR: continue
      case EAGAIN where effort == .full: continue
      // The path leads out.
      case EXDEV: throw .notPermitted
      case let code: throw FileError(errno: code)
      }
    }
    return nil
  }
}
