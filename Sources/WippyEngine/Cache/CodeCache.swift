import Crypto
import Glibc
import Synchronization
import WippyCore

/// Compiled code on disk.
///
/// The engine trusts such a file completely, so it is only used when it is this user's, and either has not been
/// touched since its digest was last verified (device, inode, size, both times), or still has that digest. Nothing
/// that goes wrong here is more than a warning.
package final class CodeCache: Sendable {
  /// 1 GiB.
  package static let defaultMaximumSize: UInt64 = 1 << 30

  private let directory: CacheDirectory?
  private let maximumSize: UInt64
  private let report: @Sendable (CacheWarning) -> Void
  private let isWritable: Atomic<Bool>

  /// A cache in `directory`, where `nil` is none: then everything is compiled and nothing kept.
  ///
  /// - Parameter maximumSize: Bytes that the files may have together; the least recently used go first.
  package init(
    directory: CacheDirectory?, maximumSize: UInt64 = CodeCache.defaultMaximumSize,
    report: @escaping @Sendable (CacheWarning) -> Void = { _ in }
  ) {
    self.directory = directory
    self.maximumSize = maximumSize
    self.report = report
    isWritable = Atomic(directory != nil)
  }

  /// A cache at `path`; without one, and a warning, when that directory cannot be used.
  package convenience init(
    path: String?, maximumSize: UInt64 = CodeCache.defaultMaximumSize,
    report: @escaping @Sendable (CacheWarning) -> Void
  ) {
    var directory: CacheDirectory?
    if let path {
      do {
        directory = try CacheDirectory.open(path)
      } catch {
        report(.unavailable("\(error)"))
      }
    } else {
      report(.unavailable("neither WIPPY_CACHE_DIR nor XDG_CACHE_HOME nor HOME is set"))
    }
    self.init(directory: directory, maximumSize: maximumSize, report: report)
  }

  /// Digests of files, remembered in the same directory.
  package var digests: DigestMemory { DigestMemory(directory: directory) }

  /// The code of `key`: loaded from its file where there is a good one, else compiled, and kept for the next time.
  ///
  /// - Parameters:
  ///   - load: Makes code of the file at a path, which is only valid during the call. An error means that the file is
  ///     compiled again.
  ///   - serialize: Hands the bytes of the code, exactly as the file shall have them, to its closure.
  package func code<Code: ~Copyable>(
    for key: CodeKey,
    load: (String) throws(EngineError) -> Code,
    compile: () throws(EngineError) -> Code,
    serialize: (borrowing Code, (UnsafeRawBufferPointer) -> Void) throws(EngineError) -> Void
  ) throws(EngineError) -> Code {
    if let file = verifiedFile(key) {
      do {
        return try load("/proc/self/fd/\(file.value)")
      } catch {
        reject(key, "the engine refuses it: \(error)")
      }
    }
    let code = try compile()
    if isWritable.load(ordering: .relaxed) {
      try serialize(code) { store(key, $0) }
    }
    return code
  }

  /// The code of `key` where there is a good file, and nothing else: whoever needs it compiles it later.
  package func loaded<Code: ~Copyable>(
    _ key: CodeKey, load: (String) throws(EngineError) -> Code
  ) -> Code? {
    guard let file = verifiedFile(key) else { return nil }
    do {
      return try load("/proc/self/fd/\(file.value)")
    } catch {
      // Reported, and put right, when the code is asked for.
      return nil
    }
  }

  /// The key of the merged code that there is of a file: whether it is what the file's plan asks for is seen later.
  package func mergedKey(of file: ContentDigest, engine: EngineConfiguration) -> CodeKey? {
    let name = CodeKey.mergedName(file, engine)
    guard let note = directory?.file(name.hex + ".record"), let text = note.text(limit: CodeRecord.sizeLimit),
      let digest = CodeRecord.keyDigest(in: text)
    else { return nil }
    return CodeKey(digest: digest, name: name)
  }

  /// Whether there is a good file for `key`, so that nothing has to be compiled.
  package func holds(_ key: CodeKey) -> Bool { verifiedFile(key) != nil }

  /// Whether there are files for `key`, good or not: a question that costs little.
  package func mayHold(_ key: CodeKey) -> Bool { directory?.has(key.recordName) ?? false }

  // MARK: - Reading

  private func verifiedFile(_ key: CodeKey) -> OwnedDescriptor? {
    guard let directory, let file = directory.file(key.codeName),
      let identity = FileIdentity(descriptor: file.value)
    else { return nil }
    guard let note = directory.file(key.recordName), let text = note.text(limit: CodeRecord.sizeLimit),
      let record = CodeRecord(text: text, key: key)
    else {
      // A writer may be between its two files, so this alone is not worth a warning.
      return nil
    }
    if record.identity != identity {
      guard digest(of: file, size: identity.size) == record.digest else {
        reject(key, "its content has changed")
        return nil
      }
      writeRecord(CodeRecord(key: key, digest: record.digest, identity: identity))
    }
    markUsed(note)
    return file
  }

  private func digest(of file: borrowing OwnedDescriptor, size: UInt64) -> ContentDigest? {
    var hash = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var offset = 0
    while let count = file.read(into: buffer, from: offset) {
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += count
      if count < buffer.count { return UInt64(offset) == size ? ContentDigest(hash.finalize()) : nil }
    }
    return nil
  }

  /// The record's time is the time of the last use, to the hour: a write for each start would be too much.
  private func markUsed(_ record: borrowing OwnedDescriptor) {
    var status = stat()
    guard fstat(record.value, &status) == 0, time(nil) - status.st_mtim.tv_sec > 3600 else { return }
    // Where it cannot be set the order of eviction is a little worse, nothing else.
    _ = futimens(record.value, nil)
  }

  private func reject(_ key: CodeKey, _ reason: String) {
    directory?.remove(key.recordName)
    directory?.remove(key.codeName)
    report(.rejected(file: "\(directory?.path ?? "")/\(key.codeName)", reason: reason))
  }

  // MARK: - Writing

  private func store(_ key: CodeKey, _ bytes: UnsafeRawBufferPointer) {
    guard let directory, UInt64(bytes.count) <= maximumSize else { return }
    do {
      makeRoom(for: UInt64(bytes.count), in: directory)
      let identity = try directory.write(key.codeName, bytes, durable: true)
      let record = CodeRecord(key: key, digest: ContentDigest(of: bytes), identity: identity)
      try write(record, in: directory)
    } catch {
      stopWriting(error)
    }
  }

  private func writeRecord(_ record: CodeRecord) {
    guard let directory, isWritable.load(ordering: .relaxed) else { return }
    do {
      try write(record, in: directory)
    } catch {
      stopWriting(error)
    }
  }

  private func write(_ record: CodeRecord, in directory: CacheDirectory) throws(EngineError) {
    var text = record.text
    let result: Result<Void, EngineError> = text.withUTF8 { bytes in
      do throws(EngineError) {
        try directory.write(record.key.recordName, UnsafeRawBufferPointer(bytes))
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// One warning, and no more attempts in this run.
  private func stopWriting(_ error: EngineError) {
    if isWritable.exchange(false, ordering: .relaxed) { report(.unwritable("\(error)")) }
  }

  private func makeRoom(for bytes: UInt64, in directory: CacheDirectory) {
    let plan = EvictionPlan(
      entries: directory.entries(), incoming: bytes, maximumSize: maximumSize,
      now: Int64(time(nil)) * 1_000_000_000)
    // A file that is mapped somewhere lives on without its name.
    for name in plan.names { directory.remove(name) }
  }
}

extension CodeKey {
  /// The file that holds the code.
  var codeName: String { name.hex + ".code" }
  /// The file that holds its `CodeRecord`.
  var recordName: String { name.hex + ".record" }
}
