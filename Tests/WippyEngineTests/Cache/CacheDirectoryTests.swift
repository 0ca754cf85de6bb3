import Foundation
import Glibc
import Testing

@testable import WippyEngine

@Suite struct CacheDirectoryTests {
  private func refusal(_ path: String) -> String? {
    do {
      _ = try CacheDirectory.open(path)
      return nil
    } catch {
      #expect("\(error)".contains(path.isEmpty ? "cache" : path))
      guard case .cache(_, let reason) = error else { return "\(error)" }
      return reason
    }
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func opens(_ cache: CacheDirectory, _ name: String) -> Bool {
    cache.file(name) != nil
  }

  @Test func missingDirectoriesAreMadePrivate() throws {
    let parent = try TemporaryDirectory()
    let path = parent.path + "/a/b/wippy"
    _ = try CacheDirectory.open(path)
    #expect(mode(path) == 0o700)
    #expect(mode(parent.path + "/a") == 0o700)
    _ = try CacheDirectory.open(path)
  }

  @Test(arguments: [0o777, 0o770, 0o720, 0o702, 0o1777] as [mode_t])
  func aDirectoryThatOthersMayWriteIsRefused(mode: mode_t) throws {
    let directory = try TemporaryDirectory()
    chmod(directory.path, mode)
    let reason = try #require(refusal(directory.path))
    #expect(reason.contains("others may write it (mode 0\(String(mode, radix: 8)))"))
    #expect(reason.contains("chmod 700"))
  }

  @Test(.enabled(if: getuid() == 0)) func anotherUsersDirectoryIsRefused() throws {
    let directory = try TemporaryDirectory()
    #expect(chown(directory.path, 12_345, 12_345) == 0)
    #expect(try #require(refusal(directory.path)).contains("belongs to user 12345"))
  }

  @Test(.enabled(if: getuid() == 0)) func anotherUsersLinkIsRefused() throws {
    let directory = try TemporaryDirectory()
    let link = directory.path + "/link"
    _ = try CacheDirectory.open(directory.path + "/real")
    #expect(symlink("real", link) == 0)
    #expect(refusal(link) == nil, "one's own link may lead to another disk")
    #expect(lchown(link, 12_345, 12_345) == 0)
    #expect(try #require(refusal(link)).contains("symbolic link belongs to user 12345"))
  }

  @Test func linksThatLeadToAnUnsafePlaceAreRefused() throws {
    let directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/open", withIntermediateDirectories: false)
    chmod(directory.path + "/open", 0o777)
    symlink("open", directory.path + "/link")
    #expect(try #require(refusal(directory.path + "/link")).contains("others may write"))
    symlink("nowhere", directory.path + "/dangling")
    #expect(refusal(directory.path + "/dangling") != nil)
  }

  @Test func whatIsNoDirectoryIsRefused() throws {
    let directory = try TemporaryDirectory()
    try directory.write("file", [1])
    #expect(refusal(directory.path + "/file") != nil)
    #expect(refusal(directory.path + "/file/below") != nil)
    #expect(refusal("") != nil)
    #expect(refusal("/proc/wippy/cache") != nil)
    #expect(refusal(directory.path + "/" + String(repeating: "x", count: 300)) != nil)
  }

  @Test func filesAppearWholeAndPrivate() throws {
    let directory = try TemporaryDirectory()
    let cache = try CacheDirectory.open(directory.path)
    let bytes: [UInt8] = [1, 2, 3]
    let identity = try bytes.withUnsafeBytes { try cache.write("a", $0) }
    #expect(try directory.read("a") == bytes)
    #expect(mode(directory.path + "/a") == 0o600)
    #expect(directory.names == ["a"])
    guard let file = cache.file("a") else {
      Issue.record("not opened")
      return
    }
    #expect(FileIdentity(descriptor: file.value) == identity)
  }

  @Test func foreignFilesAreNotOpened() throws {
    let directory = try TemporaryDirectory()
    let cache = try CacheDirectory.open(directory.path)
    try directory.write("writable", [1])
    chmod(directory.path + "/writable", 0o666)
    #expect(!opens(cache, "writable"))
    try directory.write("target", [1])
    chmod(directory.path + "/target", 0o600)
    symlink("target", directory.path + "/link")
    #expect(!opens(cache, "link"))
    #expect(mkfifo(directory.path + "/pipe", 0o600) == 0)
    #expect(!opens(cache, "pipe"))
    #expect(!opens(cache, "missing"))
    if getuid() == 0 {
      chown(directory.path + "/target", 12_345, 12_345)
      #expect(!opens(cache, "target"))
    }
  }

  @Test(.enabled(if: TemporaryDirectory.canMount)) func aFailedWriteLeavesNothingBehind() throws {
    let directory = try TemporaryDirectory()
    try #require(directory.mount("size=64k"))
    let cache = try CacheDirectory.open(directory.path)
    let bytes = [UInt8](repeating: 7, count: 1 << 20)
    do {
      _ = try bytes.withUnsafeBytes { try cache.write("big", $0) }
      Issue.record("1 MiB fits into 64 KiB")
    } catch let error as EngineError {
      #expect("\(error)".contains("No space left"))
    }
    #expect(directory.names.isEmpty)
  }

  @Test func theLocationFollowsItsOrder() {
    func directory(_ environment: [String: String], _ setting: String? = nil) -> String? {
      CacheLocation.directory(environment: environment, setting: setting)
    }
    let all = ["WIPPY_CACHE_DIR": "/w", "XDG_CACHE_HOME": "/x", "HOME": "/h"]
    #expect(directory(all, "/s") == "/w")
    #expect(directory(["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/s") == "/s")
    #expect(directory(["XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/wippy")
    #expect(directory(["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/wippy")
    #expect(directory(["WIPPY_CACHE_DIR": "", "XDG_CACHE_HOME": "", "HOME": "/h"], "") == "/h/.cache/wippy")
    #expect(directory([:]) == nil)
  }
}
