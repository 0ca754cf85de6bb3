import Glibc
import Synchronization
import WippyCore
import WippyEngine

/// A binary on disk: its digest, and as much of its content as somebody needs.
///
/// Of a file whose digest is remembered only the skeleton is read: everything but the bodies of functions and the
/// data, which are needed to compile and for nothing else. What is read stands in memory of our own, because a mapped
/// file that somebody truncates would end the whole runtime.
final class GuestFile: Sendable {
  let path: String
  let digest: ContentDigest
  /// Whether the digest was remembered, so that the content has been read and checked before.
  let isKnown: Bool
  private let content: FileContent

  /// - Throws: What is wrong with the file, as a clause.
  init(path: String, digests: DigestMemory) throws(GuestFileError) {
    self.path = path
    let content = try FileContent(path: path)
    self.content = content
    if let identity = content.identity, let known = digests.digest(of: identity) {
      digest = known
      isKnown = true
      try content.readSkeleton()
    } else {
      try content.readAll()
      digest = ContentDigest(of: content.bytes)
      isKnown = false
    }
  }

  /// A binary that no file holds.
  ///
  /// - Parameter name: What messages call it.
  init(bytes: [UInt8], name: String) throws(GuestFileError) {
    path = name
    content = try FileContent(copying: bytes)
    digest = ContentDigest(of: content.bytes)
    isKnown = false
  }

  /// Notes the digest, when the file has been found good.
  func remember(in digests: DigestMemory) {
    guard !isKnown, let identity = content.identity, FileIdentity(descriptor: content.descriptor) == identity else {
      return
    }
    digests.remember(digest, of: identity)
  }

  /// The file's bytes. Bodies and data are zero unless `complete` was called.
  var bytes: UnsafeRawBufferPointer { content.bytes }

  /// Reads what is missing, and checks that it is still the file of the digest.
  func complete() throws(GuestFileError) {
    try content.readAll { bytes throws(GuestFileError) in
      guard ContentDigest(of: bytes) == digest else {
        throw GuestFileError("changed while it was read: start again")
      }
    }
  }

  /// All of the file's bytes; `nil` when they cannot be read any more.
  var completed: UnsafeRawBufferPointer? {
    do {
      try complete()
      return bytes
    } catch {
      return nil
    }
  }
}

/// What is wrong with a binary as a file.
struct GuestFileError: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}

/// An open file, or none, and the memory for its content.
private final class FileContent: @unchecked Sendable {
  // @unchecked: the memory is written under `isComplete`'s lock, and before anybody else has the object.

  /// -1 where there is no file.
  let descriptor: Int32
  let identity: FileIdentity?
  let bytes: UnsafeRawBufferPointer
  private let memory: UnsafeMutableRawBufferPointer
  private let isComplete: Mutex<Bool>
  /// What was read last.
  private var filled = 0..<0

  private static let readAhead = 16 << 10

  /// More than any real module has; keeps a mistake from taking the machine's memory.
  private static let maximumSize: UInt64 = 1 << 30

  init(path: String) throws(GuestFileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw GuestFileError("cannot be opened: \(systemText(errno))") }
    guard let identity = FileIdentity(descriptor: descriptor) else {
      Glibc.close(descriptor)
      throw GuestFileError("is not a regular file")
    }
    guard identity.size <= FileContent.maximumSize else {
      Glibc.close(descriptor)
      throw GuestFileError("has \(identity.size) bytes: more than 1 GiB is not loaded")
    }
    do {
      memory = try FileContent.memory(Int(identity.size))
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.identity = identity
    bytes = UnsafeRawBufferPointer(memory)
    isComplete = Mutex(false)
  }

  init(copying content: [UInt8]) throws(GuestFileError) {
    memory = try FileContent.memory(content.count)
    memory.copyBytes(from: content)
    bytes = UnsafeRawBufferPointer(memory)
    descriptor = -1
    identity = nil
    isComplete = Mutex(true)
  }

  private static func memory(_ size: Int) throws(GuestFileError) -> UnsafeMutableRawBufferPointer {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let base = mmap(nil, max(size, 1), PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
      throw GuestFileError("finds no memory: \(systemText(errno))")
    }
    // A skeleton touches little of a large file: whole huge pages would be cleared for it.
    madvise(base, max(size, 1), MADV_NOHUGEPAGE)
    return UnsafeMutableRawBufferPointer(start: base, count: size)
  }

  deinit {
    munmap(memory.baseAddress, max(memory.count, 1))
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  /// Reads everything, unless that has been done; nobody gets what `check` refuses.
  func readAll(check: (UnsafeRawBufferPointer) throws(GuestFileError) -> Void = { _ in }) throws(GuestFileError) {
    try isComplete.withLock { (isComplete) throws(GuestFileError) in
      guard !isComplete else { return }
      filled = 0..<0
      try fill(0..<memory.count)
      try check(bytes)
      isComplete = true
    }
  }

  func readSkeleton() throws(GuestFileError) {
    guard memory.count >= 8 else { return try fill(0..<memory.count) }
    try fill(0..<8)
    switch memory[6] {
    case 0: try readModule(0..<memory.count)
    case 1: try readComponent(0..<memory.count, depth: 0)
    default: return
    }
  }

  // Malformed sizes only end the walk: the decoder, which sees the same bytes, says what is wrong.

  private func readComponent(_ range: Range<Int>, depth: Int) throws(GuestFileError) {
    try forEachSection(range) { (id, body) throws(GuestFileError) in
      switch id {
      case 1:
        try fill(body.prefix(8))
        try readModule(body)
      case 4 where depth < 100:
        try fill(body.prefix(8))
        try readComponent(body, depth: depth + 1)
      default: try fill(body)
      }
    }
  }

  private func readModule(_ range: Range<Int>) throws(GuestFileError) {
    try forEachSection(range) { (id, body) throws(GuestFileError) in
      switch id {
      // Code and data; of a custom section its name is enough.
      case 10, 11: try fill(body.prefix(16))
      case 0: try fill(body.prefix(256))
      default: try fill(body)
      }
    }
  }

  private func forEachSection(
    _ range: Range<Int>, _ body: (UInt8, Range<Int>) throws(GuestFileError) -> Void
  ) throws(GuestFileError) {
    var position = range.lowerBound + 8
    while position < range.upperBound {
      try fill((position..<range.upperBound).prefix(6))
      let id = memory[position]
      position += 1
      var size = 0
      var shift = 0
      while position < range.upperBound, shift < 35 {
        let byte = memory[position]
        position += 1
        size |= Int(byte & 0x7f) << shift
        shift += 7
        if byte & 0x80 == 0 { break }
      }
      guard size <= range.upperBound - position else { return try fill(position..<range.upperBound) }
      try body(id, position..<position + size)
      position += size
    }
  }

  /// Reads a range, and a little of what follows: the walk goes forward, in small pieces.
  private func fill(_ range: Range<Int>) throws(GuestFileError) {
    guard range.upperBound > filled.upperBound || range.lowerBound < filled.lowerBound else { return }
    let isNext = filled.contains(range.lowerBound) || range.lowerBound == filled.upperBound
    var offset = isNext ? filled.upperBound : range.lowerBound
    let begin = isNext ? filled.lowerBound : range.lowerBound
    let end = min(memory.count, max(range.upperBound, offset + FileContent.readAhead))
    while offset < range.upperBound {
      let count = pread(descriptor, memory.baseAddress.map { $0 + offset }, end - offset, off_t(offset))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw GuestFileError(count < 0 ? "cannot be read: \(systemText(errno))" : "became shorter while it was read")
      }
      offset += count
    }
    filled = begin..<offset
  }
}

private func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }
