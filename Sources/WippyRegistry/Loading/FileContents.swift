import Glibc

/// Reading whole files without surprises: bounded, and never waiting on something that is not a file.
package enum FileContents {
  /// The most that a definition file, or a text that one names with `file://`, may hold.
  package static let textLimit = 16 << 20

  /// Reads the regular file at `path`.
  ///
  /// Throws `unreadable` when there is none, when it is a directory, a pipe or a device, or when it has more than
  /// `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(RegistryError) -> [UInt8] {
    // Without O_NONBLOCK, opening a named pipe waits for somebody who writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: errorText()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: errorText()) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .unreadable(path: path, reason: "it is a directory")
    default: throw .unreadable(path: path, reason: "it is not a regular file")
    }
    guard status.st_size <= limit else { throw tooLarge(path, limit: limit) }

    var bytes: [UInt8] = []
    // One more than the size, so that a file that does not change needs one read and one that ends it.
    var chunk = Int(status.st_size) + 1
    while true {
      let start = bytes.count
      var failure: String?
      let capacity = chunk
      let appended = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        var received = 0
        repeat {
          received = Glibc.read(descriptor, buffer.baseAddress, capacity)
        } while received < 0
          && errno == EINTR
        if received < 0 { failure = errorText() }
        count = max(0, received)
      }
      if let failure { throw .unreadable(path: path, reason: failure) }
      if appended.isEmpty { return bytes }
      if start == 0 { bytes = appended } else { bytes += appended }
      guard bytes.count <= limit else { throw tooLarge(path, limit: limit) }
      chunk = 1 << 16
    }
  }

  /// Reads a text: at most `textLimit` bytes of UTF-8 without NUL.
  package static func readText(_ path: String) throws(RegistryError) -> String {
    let bytes = try read(path, limit: textLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(path: path, reason: "it is not UTF-8 text: save it as UTF-8")
    }
    return text
  }

  private static func tooLarge(_ path: String, limit: Int) -> RegistryError {
    .unreadable(path: path, reason: "it has more than \(limit) bytes")
  }

  private static func errorText() -> String { systemErrorText(errno) }
}

/// The system's words for an error number.
func systemErrorText(_ code: Int32) -> String {
  switch code {
  case ENOENT: "there is no such file"
  case EACCES, EPERM: "permission denied"
  default: String(cString: strerror(code))
  }
}
