import CLinux
import Glibc
import Synchronization

/// One name in a directory.
package struct DirectoryEntry: Sendable, Hashable {
  package var name: [UInt8]
  package var type: FileType
  package var inode: UInt64
  /// What `DirectoryListing.move` takes to go on after this entry.
  package var cookie: UInt64

  /// Whether it is `.` or `..`.
  package var isDots: Bool { name == [46] || name == [46, 46] }
}

/// Reads the names of a directory, many at once, and gives them one by one.
package final class DirectoryListing: Sendable {
  private struct State: Sendable {
    var entries: [DirectoryEntry] = []
    var next = 0
    /// The cookie of what comes before the first of `entries`.
    var begin: UInt64 = 0
    var isAtEnd = false
    /// Where the next read of the kernel begins, when that is not where the last one ended.
    var seek: UInt64?
  }

  private static let bufferSize = 64 << 10

  private let descriptor: OpenDescriptor
  private let state = Mutex(State())

  init(_ descriptor: OpenDescriptor) {
    self.descriptor = descriptor
  }

  /// The next entry; `nil` at the end.
  package func next(_ effort: Effort = .full) throws(FileError) -> DirectoryEntry? {
    try state.withLock { (state) throws(FileError) in
      while state.next == state.entries.count {
        if state.isAtEnd { return nil }
        guard effort == .full else { throw .wouldBlock }
        try refill(&state)
      }
      state.next += 1
      return state.entries[state.next - 1]
    }
  }

  /// Goes to the entry after the one that has this cookie; 0 is the beginning, where the directory is read anew.
  package func move(to cookie: UInt64) {
    state.withLock { state in
      if cookie != 0 {
        if cookie == state.begin {
          state.next = 0
          return
        }
        // Most often the one before.
        if let index = state.entries.lastIndex(where: { $0.cookie == cookie }) {
          state.next = index + 1
          return
        }
      }
      state = State(begin: cookie, seek: cookie)
    }
  }

  private func refill(_ state: inout State) throws(FileError) {
    if let cookie = state.seek {
      guard lseek(descriptor.number, off_t(truncatingIfNeeded: cookie), SEEK_SET) >= 0 else { throw .last }
      state.seek = nil
    }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: DirectoryListing.bufferSize) { buffer, initialized in
      let count = wippy_getdents64(descriptor.number, buffer.baseAddress, buffer.count)
      if count < 0 { failure = .last }
      initialized = max(0, count)
    }
    if let failure { throw failure }
    if let last = state.entries.last { state.begin = last.cookie }
    state.entries = parse(bytes)
    state.next = 0
    state.isAtEnd = bytes.isEmpty
  }

  /// Takes apart what the kernel wrote: inode, cookie, length of the record, type, and the name with a NUL.
  private func parse(_ bytes: [UInt8]) -> [DirectoryEntry] {
    var entries: [DirectoryEntry] = []
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset + 19 < bytes.count {
        let inode = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let cookie = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
        let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
        guard length > 19, offset + length <= bytes.count else { return }
        let name = Array(bytes[offset + 19..<offset + length].prefix { $0 != 0 })
        var type = FileType(entryType: bytes[offset + 18])
        if type == .unknown { type = self.type(of: name) }
        entries.append(DirectoryEntry(name: name, type: type, inode: inode, cookie: cookie))
        offset += length
      }
    }
    return entries
  }

  /// Asks for what some filesystems do not note beside the name.
  private func type(of name: [UInt8]) -> FileType {
    var status = stat()
    let result = fstatat(descriptor.number, String(decoding: name, as: UTF8.self), &status, AT_SYMLINK_NOFOLLOW)
    return result == 0 ? FileType(mode: status.st_mode) : .unknown
  }
}
