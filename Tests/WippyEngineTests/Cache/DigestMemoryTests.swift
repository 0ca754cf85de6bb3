import Glibc
import Testing
import WippyCore

@testable import WippyEngine

@Suite struct DigestMemoryTests {
  private let directory: TemporaryDirectory
  private let memory: DigestMemory
  private let digest = ContentDigest(of: "content")
  private let file = FileIdentity(
    device: 1, inode: 2, size: 3, modified: 4_000_000_000, changed: 5_000_000_000)
  private let later: Int64 = 100_000_000_000

  init() throws {
    directory = try TemporaryDirectory()
    memory = DigestMemory(directory: try CacheDirectory.open(directory.path))
  }

  @Test func anUnchangedFileIsRemembered() {
    #expect(memory.digest(of: file) == nil)
    #expect(memory.remember(digest, of: file, now: later))
    #expect(memory.digest(of: file) == digest)
  }

  @Test func anyDifferenceForgetsIt() {
    memory.remember(digest, of: file, now: later)
    for path in [\FileIdentity.device, \.inode, \.size] {
      var other = file
      other[keyPath: path] += 1
      #expect(memory.digest(of: other) == nil)
    }
    for path in [\FileIdentity.modified, \.changed] {
      var other = file
      other[keyPath: path] += 1
      #expect(memory.digest(of: other) == nil)
    }
  }

  @Test func aFileThatWasJustChangedIsNotTrusted() {
    #expect(!memory.remember(digest, of: file, now: 5_000_000_001))
    #expect(!memory.remember(digest, of: file, now: 6_999_999_999))
    #expect(memory.remember(digest, of: file, now: 7_000_000_000))
    var future = file
    future.modified = .max
    #expect(!memory.remember(digest, of: future, now: later))
  }

  @Test func damagedNotesAreIgnored() throws {
    memory.remember(digest, of: file, now: later)
    let name = try #require(directory.names.first)
    let good = try directory.read(name)
    for bad in [
      [], Array("x".utf8), Array(good.dropLast(2)), good + good, [UInt8](repeating: 0xff, count: 600),
    ] {
      try directory.write(name, bad)
      chmod(directory.path + "/" + name, 0o600)
      #expect(memory.digest(of: file) == nil)
    }
    memory.remember(digest, of: file, now: later)
    #expect(memory.digest(of: file) == digest)
  }

  @Test func identitiesComeFromOpenFiles() throws {
    try directory.write("file", [1, 2, 3])
    let descriptor = open(directory.path + "/file", O_RDWR)
    defer { close(descriptor) }
    let before = try #require(FileIdentity(descriptor: descriptor))
    #expect(before.size == 3)
    #expect(FileIdentity(text: before.text) == before)
    #expect(write(descriptor, "abcd", 4) == 4)
    #expect(FileIdentity(descriptor: descriptor) != before)
    #expect(FileIdentity(descriptor: -1) == nil)
  }

  @Test func withoutADirectoryNothingIsRemembered() {
    let none = DigestMemory(directory: nil)
    #expect(!none.remember(digest, of: file, now: later))
    #expect(none.digest(of: file) == nil)
  }

  @Test func digestsAreSHA256() {
    let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(ContentDigest(of: "abc").hex == hex)
    #expect(ContentDigest(hex: hex.uppercased()) == ContentDigest(of: "abc"))
    #expect(ContentDigest(hex: String(hex.dropLast())) == nil)
    #expect(ContentDigest(hex: hex.dropLast() + "g") == nil)
    #expect(ContentDigest(hex: "") == nil)
  }
}
