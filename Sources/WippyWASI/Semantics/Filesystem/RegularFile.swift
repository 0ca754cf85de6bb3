import CLinux
import Glibc
import Synchronization

/// An open regular file. It has no position: every call says where.
package final class RegularFile: Sendable {
  let descriptor: OpenDescriptor
  package let reads: Bool
  package let writes: Bool
  /// Whether it is in a mount that is read-only.
  package let isReadOnly: Bool
  private let isLocal: Bool
  /// Whether the filesystem can say that it would wait, for reads and for writes.
  private let hasCachedReads: Atomic<Bool>
  private let hasCachedWrites: Atomic<Bool>

  init(_ descriptor: OpenDescriptor, reads: Bool, writes: Bool, isReadOnly: Bool, isLocal: Bool) {
    self.descriptor = descriptor
    self.reads = reads
    self.writes = writes
    self.isReadOnly = isReadOnly
    self.isLocal = isLocal
    hasCachedReads = Atomic(isLocal)
    hasCachedWrites = Atomic(isLocal)
  }

  /// Where a write begins.
  package enum WritePosition: Sendable, Hashable {
    case offset(UInt64)
    /// The end, wherever that is when the write happens.
    case end
  }

  /// How far a write goes before it is done.
  package enum Durability: Sendable, Hashable {
    case memory
    case data
    case everything

    fileprivate var flags: Int32 {
      switch self {
      case .memory: 0
      case .data: WIPPY_WRITE_DSYNC
      case .everything: WIPPY_WRITE_SYNC
      }
    }
  }

  // MARK: Reading

  /// Reads what is in memory, without waiting.
  ///
  /// - Returns: How much that was, and whether there is nothing more to read: the buffer is full, or the file ends.
  package func readCached(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(FileError) -> (count: Int, isComplete: Bool) {
    let position = try checkRead(offset)
    guard let base = buffer.baseAddress, !buffer.isEmpty else { return (0, true) }
    guard hasCachedReads.load(ordering: .relaxed) else { return (0, false) }
    var done = 0
    while done < buffer.count {
      let count = wippy_read_cached(descriptor.number, base + done, buffer.count - done, position + off_t(done))
      if count == 0 { return (done, true) }
      if count > 0 {
        done += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return (done, false)
      case EOPNOTSUPP:
        hasCachedReads.store(false, ordering: .relaxed)
        return (done, false)
      // What was read is the guest's; the next read says what is wrong.
      case let code: if done > 0 { return (done, true) } else { throw FileError(errno: code) }
      }
    }
    return (done, true)
  }

  /// The same as an array; `nil` when not everything is in memory.
  package func readCached(_ count: Int, at offset: UInt64) throws(FileError) -> [UInt8]? {
    var outcome = Result<(count: Int, isComplete: Bool), FileError>.success((0, false))
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      outcome = Result { () throws(FileError) in
        try readCached(
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), at: offset)
      }
      if case .success(let outcome) = outcome { initialized = outcome.count }
    }
    return try outcome.get().isComplete ? bytes : nil
  }

  /// Reads until there are `count` bytes, or the file ends. It may wait for the disk.
  package func read(_ count: Int, at offset: UInt64) throws(FileError) -> [UInt8] {
    let position = try checkRead(offset)
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count, let base = buffer.baseAddress {
        let read = pread(descriptor.number, base + done, count - done, position + off_t(done))
        if read < 0, errno == EINTR { continue }
        if read < 0, done == 0 { failure = .last }
        guard read > 0 else { return }
        done += read
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private func checkRead(_ offset: UInt64) throws(FileError) -> off_t {
    guard reads else { throw .badDescriptor }
    guard let position = off_t(exactly: offset), position <= off_t.max - (1 << 32) else { throw .invalid }
    return position
  }

  // MARK: Writing

  /// Writes what goes to memory without waiting, and returns how much that was; `nil` when nothing could be said.
  package func writeCached(
    _ bytes: UnsafeRawBufferPointer, at position: WritePosition, durability: Durability = .memory
  ) throws(FileError) -> Int? {
    let (offset, flags) = try checkWrite(position)
    guard !bytes.isEmpty else { return 0 }
    // A file that may only grow at its end gets each write whole, or another's could come between.
    guard durability == .memory, position != .end, hasCachedWrites.load(ordering: .relaxed) else { return nil }
    let count = wippy_write_at(
      descriptor.number, bytes.baseAddress, bytes.count, offset, flags | WIPPY_WRITE_NOWAIT)
    if count >= 0 { return count }
    switch errno {
    case EINTR, EAGAIN: return nil
    case EOPNOTSUPP:
      hasCachedWrites.store(false, ordering: .relaxed)
      return nil
    case let code: throw FileError(errno: code)
    }
  }

  /// Writes everything, or as much as fits. It may wait for the disk.
  package func write(
    _ bytes: [UInt8], at position: WritePosition, durability: Durability = .memory
  ) throws(FileError) -> Int {
    let (offset, flags) = try checkWrite(position)
    var done = 0
    var failure: FileError?
    bytes.withUnsafeBytes { buffer in
      while done < buffer.count, let base = buffer.baseAddress {
        let count = wippy_write_at(
          descriptor.number, base + done, buffer.count - done, offset + off_t(done), flags | durability.flags)
        if count < 0, errno == EINTR { continue }
        if count < 0, done == 0 { failure = .last }
        guard count > 0 else { return }
        done += count
      }
    }
    if let failure { throw failure }
    return done
  }

  private func checkWrite(_ position: WritePosition) throws(FileError) -> (offset: off_t, flags: Int32) {
    guard writes else { throw .badDescriptor }
    switch position {
    case .end: return (0, WIPPY_WRITE_APPEND)
    case .offset(let offset):
      guard let position = off_t(exactly: offset), position <= off_t.max - (1 << 32) else { throw .fileTooLarge }
      return (position, 0)
    }
  }

  // MARK: Everything else

  package func status(_ effort: Effort = .full) throws(FileError) -> FileStatus {
    guard isLocal || effort == .full else { throw .wouldBlock }
    return try FileStatus(of: descriptor.number)
  }

  package func setSize(_ size: UInt64) throws(FileError) {
    guard writes else { throw .badDescriptor }
    guard let length = off_t(exactly: size) else { throw .fileTooLarge }
    while ftruncate(descriptor.number, length) != 0 {
      guard errno == EINTR else { throw .last }
    }
  }

  /// Makes sure that the disk has room for these bytes, which become part of the file.
  package func allocate(_ count: UInt64, at offset: UInt64) throws(FileError) {
    guard writes else { throw .badDescriptor }
    guard let position = off_t(exactly: offset), let length = off_t(exactly: count) else { throw .fileTooLarge }
    guard length > 0 else { throw .invalid }
    while wippy_allocate(descriptor.number, position, length) != 0 {
      guard errno == EINTR else { throw .last }
    }
  }

  /// What a guest is going to do with a part of the file.
  package enum Advice: UInt8, Sendable, Hashable {
    // The order of wasi:filesystem 0.2 and of preview 1.
    case normal, sequential, random, willNeed, dontNeed, noReuse
  }

  package func advise(_ advice: Advice, _ count: UInt64, at offset: UInt64) throws(FileError) {
    guard let position = off_t(exactly: offset), let length = off_t(exactly: count) else { throw .invalid }
    let kind: Int32 =
      switch advice {
      case .normal: POSIX_FADV_NORMAL
      case .sequential: POSIX_FADV_SEQUENTIAL
      case .random: POSIX_FADV_RANDOM
      case .willNeed: POSIX_FADV_WILLNEED
      case .dontNeed: POSIX_FADV_DONTNEED
      case .noReuse: POSIX_FADV_NOREUSE
      }
    let code = posix_fadvise(descriptor.number, position, length, kind)
    guard code == 0 else { throw FileError(errno: code) }
  }

  /// Waits until the disk has it; with `dataOnly` without what readers do not need.
  package func synchronize(dataOnly: Bool) throws(FileError) {
    guard (dataOnly ? fdatasync(descriptor.number) : fsync(descriptor.number)) == 0 else { throw .last }
  }

  package func setTimes(accessed: NewFileTime, modified: NewFileTime) throws(FileError) {
    guard !isReadOnly else { throw .readOnly }
    let times = [try accessed.specification, try modified.specification]
    guard futimens(descriptor.number, times) == 0 else { throw .last }
  }
}
