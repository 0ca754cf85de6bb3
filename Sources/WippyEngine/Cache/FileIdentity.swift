import Glibc

/// What tells an unchanged file from a changed one without reading it.
package struct FileIdentity: Sendable, Hashable {
  package var device: UInt64
  package var inode: UInt64
  package var size: UInt64
  /// Nanoseconds since 1970 of the last change to the content.
  package var modified: Int64
  /// Nanoseconds since 1970 of the last change to content, name or permissions, which nobody can set.
  package var changed: Int64

  package init(device: UInt64, inode: UInt64, size: UInt64, modified: Int64, changed: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = UInt64(clamping: status.st_size)
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
  }

  /// The identity of an open file; `nil` when the kernel does not tell, or it is no regular file.
  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status)
  }

  /// Parses what `text` wrote.
  init?(text: some StringProtocol) {
    let fields = text.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count == 5, let device = UInt64(fields[0]), let inode = UInt64(fields[1]),
      let size = UInt64(fields[2]), let modified = Int64(fields[3]), let changed = Int64(fields[4])
    else { return nil }
    self.init(device: device, inode: inode, size: size, modified: modified, changed: changed)
  }

  var text: String { "\(device) \(inode) \(size) \(modified) \(changed)" }
}
