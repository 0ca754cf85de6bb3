import Glibc

/// A pipe or terminal that this program inherited, opened a second time: with a flag against blocking that nobody else
/// sees, because whoever else has the first one open shares its flags.
struct OwnDescription: ~Copyable {
  let descriptor: Int32

  /// `nil` where it cannot be opened again: another user's pipe, or one that nobody reads.
  static func open(_ inherited: Int32, _ kind: DescriptorKind, access: Int32) -> OwnDescription? {
    guard kind == .pipe || kind == .terminal else { return nil }
    let opened = Glibc.open("/proc/self/fd/\(inherited)", access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    return opened < 0 ? nil : OwnDescription(descriptor: opened)
  }

  deinit { close(descriptor) }
}
