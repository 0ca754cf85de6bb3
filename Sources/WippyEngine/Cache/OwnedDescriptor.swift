import Glibc

/// A file descriptor that closes itself.
struct OwnedDescriptor: ~Copyable {
  let value: Int32

  /// Takes over what a system call returned; `nil` when that was an error.
  init?(_ value: Int32) {
    guard value >= 0 else { return nil }
    self.value = value
  }

  deinit { close(value) }

  /// Writes all of `bytes`. Returns 0 or the error's number.
  borrowing func write(all bytes: UnsafeRawBufferPointer) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(value, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      rest = rest.dropFirst(count)
    }
    return 0
  }

  /// Reads from `offset` until `buffer` is full or the file ends. Returns `nil` on an error.
  borrowing func read(into buffer: UnsafeMutableRawBufferPointer, from offset: Int = 0) -> Int? {
    var filled = 0
    while filled < buffer.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = pread(value, part.baseAddress, part.count, off_t(offset + filled))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// The file's text, when it has at most `limit` bytes.
  borrowing func text(limit: Int) -> String? {
    withUnsafeTemporaryAllocation(byteCount: limit + 1, alignment: 1) { buffer in
      guard let count = read(into: buffer), count <= limit else { return nil }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
  }
}
