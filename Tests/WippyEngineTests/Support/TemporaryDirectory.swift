import Foundation
import Glibc
import Synchronization

/// A directory that is gone when the test is over.
final class TemporaryDirectory: Sendable {
  let path: String
  private let isMounted = Atomic(false)

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/wippy-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    chmod(path, 0o700)
  }

  deinit {
    if isMounted.load(ordering: .relaxed) { umount2(path, Int32(MNT_DETACH)) }
    chmod(path, 0o700)
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Whether this user may mount: only then a full or a read-only file system can be had.
  static let canMount: Bool = {
    guard let directory = try? TemporaryDirectory() else { return false }
    return directory.mount("size=64k")
  }()

  /// Puts a file system of its own here.
  @discardableResult
  func mount(_ options: String) -> Bool {
    let isDone = Glibc.mount("tmpfs", path, "tmpfs", 0, options + ",mode=700") == 0
    isMounted.store(isDone, ordering: .relaxed)
    return isDone
  }

  func remountReadOnly() -> Bool {
    Glibc.mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
