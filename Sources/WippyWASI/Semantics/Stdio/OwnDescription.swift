import CLinux
import Glibc

/// A pipe or terminal that this program inherited, opened a second time: with a flag against blocking that nobody else
/// sees, because whoever else has the first one open shares its flags.
struct OwnDescription: ~Copyable {
  let descriptor: Int32

  /// What a pipe that is written to holds, where the kernel permits it: a guest that is parked and woken for each chunk
  /// pays more for that than for its bytes.
  private static let pipeSize: Int32 = 1 << 20

  /// `nil` where it cannot be opened again: another user's pipe, or one that nobody reads.
  static func open(_ inherited: Int32, _ kind: DescriptorKind, access: Int32) -> OwnDescription? {
    guard kind == .pipe || kind == .terminal else { return nil }
    let opened = Glibc.open("/proc/self/fd/\(inherited)", access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    if kind == .pipe, access == O_WRONLY, fcntl(opened, WIPPY_GET_PIPE_SIZE) < pipeSize {
      // Refused to users whose pipes hold much already; then it stays as it is.
      _ = fcntl(opened, WIPPY_SET_PIPE_SIZE, pipeSize)
    }
    return OwnDescription(descriptor: opened)
  }

  deinit { close(descriptor) }
}
