import CLinux
import Glibc

/// Follows a path name by name: `..` goes back to the directory it came from, and symbolic links are read and followed
/// here. Every step opens one name without following it, so that nobody can turn it elsewhere meanwhile.
///
/// For kernels without `openat2`. Not for use by several threads.
final class PathWalk {
  /// Directories that are open at once, which bounds how deep a path goes.
  private static let deepest = 256

  private let start: Int32
  /// The way from the start to here.
  private var way: [Int32] = []
  private var rest: [Substring] = []
  private var linksLeft = PathResolver.mostLinks

  init(from directory: Int32) {
    start = directory
  }

  deinit {
    for directory in way { close(directory) }
  }

  func open(_ path: String, flags: Int32, mode: mode_t, follow: Bool) throws(FileError) -> OpenDescriptor {
    prepend(path)
    while let name = rest.popLast() {
      switch name {
      case "", ".": continue
      case "..":
        guard let directory = way.popLast() else { throw .notPermitted }
        close(directory)
      case _ where rest.isEmpty:
        // The loop goes on where the name was that of a link.
        if let opened = try openLast(String(name), flags, mode, follow) { return opened }
      default: try enter(String(name))
      }
    }
    // The path ended with `.`, `..` or a slash.
    return try openHere(flags)
  }

  private var here: Int32 { way.last ?? start }

  /// Puts a path in front of what is left, its last name first. A slash at the end leaves an empty name there.
  private func prepend(_ path: String) {
    rest += path.split(separator: "/", omittingEmptySubsequences: false).reversed()
  }

  private func openHere(_ flags: Int32) throws(FileError) -> OpenDescriptor {
    if flags & O_CREAT != 0 { throw flags & O_EXCL != 0 ? .exist : .isDirectory }
    let number = wippy_openat(here, ".", flags, 0)
    guard number >= 0 else { throw .last }
    return OpenDescriptor(owning: number)
  }

  private func openLast(
    _ name: String, _ flags: Int32, _ mode: mode_t, _ follow: Bool
  ) throws(FileError) -> OpenDescriptor? {
    if follow, flags & (O_CREAT | O_EXCL) != O_CREAT | O_EXCL, let target = try link(at: name) {
      try prependTarget(target)
      return nil
    }
    let number = wippy_openat(here, name, flags | O_NOFOLLOW, mode)
    if number >= 0 {
      guard follow, try FileStatus(of: number).type == .symbolicLink else { return OpenDescriptor(owning: number) }
      close(number)
    } else {
      let code = errno
      guard follow, code == ELOOP else { throw FileError(errno: code) }
    }
    // It became a link after it was looked at: once more.
    linksLeft -= 1
    guard linksLeft >= 0 else { throw .loop }
    rest.append(Substring(name))
    return nil
  }

  /// Goes into a directory, or along a link.
  private func enter(_ name: String) throws(FileError) {
    let number = wippy_openat(here, name, WIPPY_O_PATH | O_NOFOLLOW | O_CLOEXEC, 0)
    guard number >= 0 else { throw .last }
    let type: FileType
    do throws(FileError) {
      type = try FileStatus(of: number).type
    } catch {
      close(number)
      throw error
    }
    switch type {
    case .directory:
      guard way.count < PathWalk.deepest else {
        close(number)
        throw .nameTooLong
      }
      way.append(number)
    case .symbolicLink:
      defer { close(number) }
      guard let target = try PathWalk.target(of: "", in: number) else { throw .loop }
      try prependTarget(target)
    default:
      close(number)
      throw .notDirectory
    }
  }

  private func prependTarget(_ target: String) throws(FileError) {
    linksLeft -= 1
    guard linksLeft >= 0 else { throw .loop }
    guard target.utf8.first != UInt8(ascii: "/") else { throw .notPermitted }
    guard !target.isEmpty else { throw .noEntry }
    prepend(target)
  }

  /// The target of a link; `nil` for what is none, or is not there.
  private func link(at name: String) throws(FileError) -> String? {
    do throws(FileError) {
      return try PathWalk.target(of: name, in: here)
    } catch .invalid {
      return nil
    } catch .noEntry {
      return nil
    } catch {
      throw error
    }
  }

  /// Reads a link. Targets that are no texts lead nowhere.
  static func target(of name: String, in directory: Int32) throws(FileError) -> String? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: GuestPath.longest + 1) { buffer, initialized in
      count = buffer.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { readlinkat(directory, name, $0, text.count) } ?? 0
      }
      initialized = max(0, count)
    }
    guard count >= 0 else { throw .last }
    guard count <= GuestPath.longest else { throw .nameTooLong }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .illegalByteSequence }
    return text
  }
}
