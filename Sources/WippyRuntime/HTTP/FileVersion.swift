import WippyWASI

/// What tells a file from what it was before.
struct FileVersion: Sendable, Hashable {
  var size: UInt64
  /// Of its last change.
  var modified: FileTime

  init(size: UInt64, modified: FileTime) {
    self.size = size
    self.modified = modified
  }

  init(_ status: FileStatus) {
    self.init(size: status.size, modified: status.modified)
  }

  /// As it stands in the field `etag`.
  var tag: String {
    "\"\(String(modified.seconds, radix: 16))-\(String(modified.nanoseconds, radix: 16))-\(String(size, radix: 16))\""
  }

  /// As it stands in the field `last-modified`.
  var date: String { HTTPDate.text(modified.seconds) }
}
