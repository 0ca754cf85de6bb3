import Foundation
import Glibc
import Synchronization
import Testing
import WippyCore

@testable import WippyEngine

/// The cache with bytes for code: what it hands to the engine, and when.
@Suite final class CodeCacheTests: Sendable {
  private let key = CodeKey(module: ContentDigest(of: "module"), engine: EngineConfiguration())
  private let code = [UInt8](repeating: 0x5a, count: 100_000)
  private let directory: TemporaryDirectory
  private let warnings = Warnings()

  init() throws { directory = try TemporaryDirectory() }

  private final class Warnings: Sendable {
    private let list = Mutex<[CacheWarning]>([])
    func add(_ warning: CacheWarning) { list.withLock { $0.append(warning) } }
    var all: [CacheWarning] { list.withLock { $0 } }
  }

  private func cache(maximumSize: UInt64 = CodeCache.defaultMaximumSize) -> CodeCache {
    let warnings = warnings
    return CodeCache(path: directory.path, maximumSize: maximumSize) { warnings.add($0) }
  }

  /// What came of asking for `key`: the bytes, and whether they came from the file.
  private func ask(
    _ cache: CodeCache, _ key: CodeKey? = nil, refuse: Bool = false, code: [UInt8]? = nil
  ) throws -> (bytes: [UInt8], isLoaded: Bool) {
    let made = code ?? self.code
    return try cache.code(
      for: key ?? self.key,
      load: { path throws(EngineError) in
        if refuse { throw .refused(operation: "loading", message: "another engine's code") }
        guard let data = FileManager.default.contents(atPath: path) else {
          throw .refused(operation: "loading", message: "unreadable")
        }
        return ([UInt8](data), true)
      },
      compile: { () throws(EngineError) in (made, false) },
      serialize: { code, body throws(EngineError) in code.0.withUnsafeBytes { body($0) } })
  }

  private var codePath: String { directory.path + "/" + key.codeName }

  @Test func whatIsCompiledOnceIsLoadedNextTime() throws {
    #expect(try ask(cache()).isLoaded == false)
    let again = try ask(cache())
    #expect(again.isLoaded)
    #expect(again.bytes == code)
    #expect(cache().holds(key))
    #expect(try directory.read(key.codeName) == code, "the engine wants exactly its bytes")
    #expect(warnings.all.isEmpty)
  }

  @Test(arguments: ["byte", "truncated", "longer", "empty", "garbage"])
  func changedCodeIsNotUsedButReplaced(change: String) throws {
    _ = try ask(cache())
    var bytes = code
    switch change {
    case "byte": bytes[50_000] ^= 1
    case "truncated": bytes.removeLast(50_000)
    case "longer": bytes.append(0)
    case "empty": bytes = []
    default: bytes = Array("garbage".utf8)
    }
    let handle = try #require(FileHandle(forWritingAtPath: codePath))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(bytes))
    try handle.close()
    let result = try ask(cache())
    #expect(result.isLoaded == false)
    #expect(result.bytes == code)
    #expect(warnings.all.count == 1)
    #expect("\(warnings.all)".contains("its content has changed"))
    #expect(try ask(cache()).isLoaded, "it was replaced")
    #expect(warnings.all.count == 1)
  }

  @Test func aCopyWithTheSameContentIsVerifiedAndUsed() throws {
    _ = try ask(cache())
    // Another inode and other times, as after a restored backup.
    let bytes = try directory.read(key.codeName)
    try FileManager.default.removeItem(atPath: codePath)
    try directory.write(key.codeName, bytes)
    chmod(codePath, 0o600)
    let before = try directory.read(key.recordName)
    #expect(try ask(cache()).isLoaded)
    #expect(try directory.read(key.recordName) != before, "the next start need not read it all again")
    #expect(warnings.all.isEmpty)
  }

  @Test(arguments: ["", "wippy-code 1\n", "wippy-code 2\nx\ny\nz\n", String(repeating: "x", count: 5000)])
  func aDamagedRecordMeansCompilingAgain(record: String) throws {
    _ = try ask(cache())
    try directory.write(key.recordName, Array(record.utf8))
    chmod(directory.path + "/" + key.recordName, 0o600)
    #expect(try ask(cache()).isLoaded == false)
    #expect(try ask(cache()).isLoaded)
  }

  @Test func codeOfAnotherKeyIsNotTaken() throws {
    _ = try ask(cache())
    let other = CodeKey(module: ContentDigest(of: "other"), engine: EngineConfiguration())
    for (from, to) in [(key.codeName, other.codeName), (key.recordName, other.recordName)] {
      try directory.write(to, try directory.read(from))
      chmod(directory.path + "/" + to, 0o600)
    }
    #expect(try ask(cache(), other, code: [1, 2, 3]).bytes == [1, 2, 3])
  }

  @Test func whatTheEngineRefusesIsReplaced() throws {
    _ = try ask(cache())
    let result = try ask(cache(), refuse: true)
    #expect(result.isLoaded == false)
    #expect("\(warnings.all)".contains("another engine's code"))
    #expect(try ask(cache()).isLoaded)
  }

  @Test func aFileThatOthersMayWriteIsNotUsed() throws {
    _ = try ask(cache())
    chmod(codePath, 0o666)
    #expect(try ask(cache()).isLoaded == false)
    #expect(try ask(cache()).isLoaded)
  }

  @Test func anUnsafeDirectoryMeansNoCacheAndAWarning() throws {
    chmod(directory.path, 0o777)
    let cache = cache()
    #expect(try ask(cache).isLoaded == false)
    #expect(try ask(cache).isLoaded == false)
    #expect(warnings.all.count == 1)
    #expect("\(warnings.all[0])".contains("running without a cache"))
    #expect(directory.names.isEmpty)
    let nowhere = CodeCache(path: nil) { [warnings] in warnings.add($0) }
    #expect(try ask(nowhere).isLoaded == false)
    #expect(warnings.all.count == 2)
  }

  @Test(.enabled(if: TemporaryDirectory.canMount)) func aFullDiskIsOneWarning() throws {
    try #require(directory.mount("size=64k"))
    let cache = cache()
    #expect(try ask(cache).bytes == code)
    #expect(try ask(cache).bytes == code)
    #expect(warnings.all.count == 1)
    #expect("\(warnings.all)".contains("No space left"))
    #expect(directory.names.isEmpty)
  }

  @Test(.enabled(if: TemporaryDirectory.canMount)) func aReadOnlyDiskStillServes() throws {
    try #require(directory.mount("size=1m"))
    _ = try ask(cache())
    try #require(directory.remountReadOnly())
    let cache = cache()
    #expect(try ask(cache).isLoaded)
    let other = CodeKey(module: ContentDigest(of: "other"), engine: EngineConfiguration())
    #expect(try ask(cache, other).isLoaded == false)
    #expect(warnings.all.count == 1)
    #expect("\(warnings.all)".contains("Read-only"))
  }

  @Test(.enabled(if: getuid() != 0)) func aDirectoryWithoutWritePermissionStillServes() throws {
    _ = try ask(cache())
    chmod(directory.path, 0o500)
    let cache = cache()
    #expect(try ask(cache).isLoaded)
    let other = CodeKey(module: ContentDigest(of: "other"), engine: EngineConfiguration())
    #expect(try ask(cache, other).isLoaded == false)
    #expect(warnings.all.count == 1)
  }

  @Test func theLeastRecentlyUsedGoFirst() throws {
    let keys = (0..<5).map { CodeKey(module: ContentDigest(of: "\($0)"), engine: EngineConfiguration()) }
    for key in keys { _ = try ask(cache(), key) }
    // Last used in the order 4, 3, 2, 1, 0, an hour and more apart.
    for (age, key) in keys.enumerated() {
      for name in [key.codeName, key.recordName] {
        let file = open(directory.path + "/" + name, O_RDONLY)
        let time = timespec(tv_sec: time(nil) - (age + 1) * 7200, tv_nsec: 0)
        withUnsafePointer(to: (time, time)) {
          $0.withMemoryRebound(to: timespec.self, capacity: 2) { _ = futimens(file, $0) }
        }
        close(file)
      }
    }
    // Using the oldest makes it the newest.
    #expect(try ask(cache(), keys[4]).isLoaded)
    _ = try ask(cache(maximumSize: 310_000), key)
    #expect(keys.map { cache().holds($0) } == [true, false, false, false, true])
    #expect(cache().holds(key))
  }

  @Test func codeThatIsLargerThanTheCacheIsNotKept() throws {
    _ = try ask(cache(maximumSize: 1000))
    #expect(directory.names.isEmpty)
    #expect(warnings.all.isEmpty)
  }

  @Test func unfinishedFilesOfTheDeadGoAndForeignFilesStay() {
    let now: Int64 = 1_000_000_000_000_000
    let entries = [
      CacheDirectory.Entry(name: ".tmp-1-2", size: 10, modified: now - 4_000_000_000_000),
      CacheDirectory.Entry(name: ".tmp-3-4", size: 10, modified: now - 1_000_000_000),
      CacheDirectory.Entry(name: "notes.txt", size: 1_000_000, modified: 0),
      CacheDirectory.Entry(name: "a.code", size: 500, modified: 5),
      CacheDirectory.Entry(name: "a.record", size: 5, modified: 5),
      CacheDirectory.Entry(name: "b.code", size: 500, modified: 6),
    ]
    let plan = EvictionPlan(entries: entries, incoming: 300, maximumSize: 1000, now: now)
    #expect(plan.names == [".tmp-1-2", "a.record", "a.code"])
    let roomy = EvictionPlan(entries: entries, incoming: 300, maximumSize: 100_000, now: now)
    #expect(roomy.names == [".tmp-1-2"])
  }

  @Test func manyWritersAtOnceLeaveGoodFiles() async throws {
    let keys = (0..<4).map { CodeKey(module: ContentDigest(of: "\($0)"), engine: EngineConfiguration()) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for round in 0..<20 {
            let index = (writer + round) % keys.count
            // Each writer's code differs, as that of compilers with a random order might.
            let result = try self.ask(
              self.cache(), keys[index], code: [UInt8](repeating: UInt8(index * 16 + writer), count: 50_000))
            #expect(result.bytes.count == 50_000)
            #expect(Set(result.bytes).count == 1 && result.bytes[0] / 16 == index)
          }
        }
      }
      try await group.waitForAll()
    }
    for (index, key) in keys.enumerated() {
      // Whether it is still there or compiled again: it is right.
      #expect(try ask(cache(), key, code: [UInt8(index * 16)]).bytes[0] / 16 == index)
    }
    #expect(!directory.names.contains { $0.hasPrefix(".tmp") })
  }

  @Test func keysTellEverythingApart() {
    let file = ContentDigest(of: "file")
    var guarded = EngineConfiguration()
    guarded.memoryGuard = 0
    var pooled = EngineConfiguration(pool: PoolConfiguration(processes: 10))
    pooled.wasmStackBytes = 65_536
    let keys = [
      CodeKey(module: file, engine: EngineConfiguration()), CodeKey(module: file, engine: guarded),
      CodeKey(file: file, range: 0..<10, engine: EngineConfiguration()),
      CodeKey(file: file, range: 1..<10, engine: EngineConfiguration()),
      CodeKey(file: file, range: 1..<11, engine: EngineConfiguration()),
    ]
    #expect(Set(keys).count == keys.count)
    #expect(CodeKey(module: file, engine: pooled) == keys[0], "pools share their code")
    #expect(CodeKey.features(in: "processor : 0\nflags\t\t: sse avx abm\nbugs : x\n") == "flags\t\t: sse avx abm")
    #expect(CodeKey.features(in: "Features : fp asimd\n") == "Features : fp asimd")
    #expect(CodeKey.features(in: "") == "")
  }
}
