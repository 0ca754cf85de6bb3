import Glibc
import Testing
import WippyCore
import WippyTestKit

@testable import WippyWASI

@Suite struct FilesystemTests {
  private func file(
    _ directory: Directory, _ path: String, writes: Bool = false, creates: Bool = false
  ) throws -> RegularFile {
    var request = OpenRequest()
    request.reads = true
    request.writes = writes
    request.creates = creates
    guard case .file(let file) = try directory.open(try GuestPath(path), request) else {
      throw FileError.isDirectory
    }
    return file
  }

  // MARK: What is opened

  @Test func pipesAndDevicesAreNotOpened() throws {
    let scratch = ScratchDirectory()
    scratch.makePipe("pipe")
    let directory = try scratch.directory()
    // Nobody writes to the pipe: opening it must not wait for somebody.
    #expect(throws: FileError.unsupported) { try file(directory, "pipe") }
    #expect(throws: FileError.self) { try file(directory, "pipe", writes: true) }
    var request = OpenRequest()
    request.writes = true
    #expect(throws: FileError.noSuchDevice) { try directory.open(try GuestPath("pipe"), request) }
    #expect(try directory.status(of: try GuestPath("pipe"), followsLink: false).type == .fifo)
    let devices = try Directory(hostPath: "/dev", isReadOnly: true)
    #expect(throws: FileError.unsupported) { try file(devices, "zero") }
    #expect(throws: FileError.unsupported) { try file(devices, "tty0") }
  }

  @Test func mountsOfProcessesLeadNowhere() throws {
    let process = try Directory(hostPath: "/proc/self", isReadOnly: true)
    for path in ["root/etc/passwd", "cwd", "exe", "fd/0"] {
      var request = OpenRequest()
      request.reads = true
      request.followsLink = true
      #expect(throws: FileError.self, "\(path)") { try process.open(try GuestPath(path), request) }
      let walk = try Directory(hostPath: "/proc/self", isReadOnly: true, resolver: PathResolver(.walk))
      #expect(throws: FileError.self, "\(path)") { try walk.open(try GuestPath(path), request) }
    }
  }

  @Test func badMounts() {
    let scratch = ScratchDirectory()
    scratch.write("file")
    #expect(throws: FileError.notDirectory) { try scratch.directory("file") }
    #expect(throws: FileError.noEntry) { try scratch.directory("none") }
  }

  // MARK: Read-only

  @Test func readOnlyMountsCannotBeChanged() throws {
    let scratch = ScratchDirectory()
    scratch.write("file", "text")
    scratch.makeDirectory("directory")
    scratch.makeDirectory("other")
    let directory = try scratch.directory(readOnly: true)
    let other = try scratch.directory("other")
    let (path, new) = (try GuestPath("file"), try GuestPath("new"))
    var request = OpenRequest()
    for change: (inout OpenRequest) -> Void in [{ $0.writes = true }, { $0.creates = true }, { $0.truncates = true }] {
      request = OpenRequest()
      change(&request)
      #expect(throws: FileError.readOnly) { try directory.open(path, request) }
    }
    #expect(throws: FileError.readOnly) { try directory.createDirectory(new) }
    #expect(throws: FileError.readOnly) { try directory.removeDirectory(try GuestPath("directory")) }
    #expect(throws: FileError.readOnly) { try directory.unlinkFile(path) }
    #expect(throws: FileError.readOnly) { try directory.createSymbolicLink(new, to: "file") }
    #expect(throws: FileError.readOnly) { try directory.link(path, to: directory, as: new) }
    #expect(throws: FileError.readOnly) { try directory.link(path, to: other, as: new) }
    #expect(throws: FileError.readOnly) { try directory.rename(path, to: directory, as: new) }
    #expect(throws: FileError.readOnly) { try directory.rename(path, to: other, as: new) }
    #expect(throws: FileError.readOnly) { try other.rename(path, to: directory, as: new) }
    #expect(throws: FileError.readOnly) { try directory.setTimes(accessed: .now, modified: .now) }
    #expect(throws: FileError.readOnly) {
      try directory.setTimes(of: path, followsLink: false, accessed: .now, modified: .now)
    }
    let opened = try file(directory, "file")
    #expect(throws: FileError.readOnly) { try opened.setTimes(accessed: .now, modified: .now) }
    #expect(throws: FileError.badDescriptor) { try opened.setSize(0) }
    #expect(throws: FileError.badDescriptor) { try opened.write([1], at: .offset(0)) }
    #expect(throws: FileError.badDescriptor) { try opened.allocate(1, at: 0) }
    request = OpenRequest()
    request.reads = true
    request.mustBeDirectory = true
    guard case .directory(let below) = try directory.open(try GuestPath("directory"), request) else {
      Issue.record("not a directory")
      return
    }
    #expect(below.isReadOnly)
    #expect(scratch.text("file") == "text")
  }

  // MARK: Contents

  @Test func readsAndWrites() throws {
    let scratch = ScratchDirectory()
    let directory = try scratch.directory()
    let opened = try file(directory, "file", writes: true, creates: true)
    #expect(try opened.write(Array("hello".utf8), at: .offset(2)) == 5)
    #expect(try opened.write(Array("!".utf8), at: .end, durability: .data) == 1)
    #expect(try opened.read(100, at: 0) == [0, 0] + Array("hello!".utf8))
    #expect(try opened.read(2, at: 7) == Array("!".utf8))
    #expect(try opened.read(2, at: 100) == [])
    #expect(throws: FileError.invalid) { try opened.read(1, at: .max) }
    #expect(throws: FileError.fileTooLarge) { try opened.write([1], at: .offset(.max)) }
    #expect(throws: FileError.fileTooLarge) { try opened.setSize(.max) }
    try opened.setSize(4)
    #expect(try opened.status().size == 4)
    // What was just written is in memory.
    let cached = try opened.readCached(10, at: 0)
    #expect(cached == nil || cached == [0, 0] + Array("he".utf8))
    try opened.synchronize(dataOnly: true)
    try directory.synchronize(dataOnly: false)
    try opened.advise(.sequential, 10, at: 0)
  }

  @Test func timesAndHashes() throws {
    let scratch = ScratchDirectory()
    let directory = try scratch.directory()
    let opened = try file(directory, "file", writes: true, creates: true)
    let before = try opened.status()
    #expect(before.metadataHash == (try directory.status(of: try GuestPath("file"), followsLink: false)).metadataHash)
    try opened.setTimes(accessed: .time(FileTime(seconds: 5, nanoseconds: 7)), modified: .unchanged)
    #expect(try opened.status().accessed == FileTime(seconds: 5, nanoseconds: 7))
    #expect(try opened.status().modified == before.modified)
    #expect(throws: FileError.invalid) {
      try opened.setTimes(accessed: .time(FileTime(seconds: 5, nanoseconds: 1_000_000_000)), modified: .unchanged)
    }
    try directory.setTimes(
      of: try GuestPath("file"), followsLink: true, accessed: .unchanged,
      modified: .time(FileTime(seconds: -3, nanoseconds: 1)))
    let after = try opened.status()
    #expect(after.modified == FileTime(seconds: -3, nanoseconds: 1))
    #expect(after.modified.sinceEpoch == 0)
    #expect(after.metadataHash != before.metadataHash)
    #expect(after.isSameFile(as: before))
    #expect(!after.isSameFile(as: try directory.status()))
  }

  @Test func listings() throws {
    let scratch = ScratchDirectory()
    scratch.makeDirectory("d")
    for number in 0..<3000 { scratch.write("d/file-with-a-long-name-\(number)") }
    let directory = try scratch.directory("d")
    let listing = try directory.list()
    #expect(throws: FileError.wouldBlock) { try listing.next(.cached) }
    var entries: [DirectoryEntry] = []
    while let entry = try listing.next() { entries.append(entry) }
    #expect(entries.count == 3002)
    #expect(Set(entries.map(\.name)).count == 3002)
    #expect(entries.filter(\.isDots).count == 2)
    #expect(try listing.next() == nil)
    // From any place, forwards and backwards.
    for index in [0, 1, 500, 2999, 3000, 20] {
      listing.move(to: entries[index].cookie)
      #expect(try listing.next() == entries[index + 1])
    }
    listing.move(to: entries[3001].cookie)
    #expect(try listing.next() == nil)
    scratch.write("d/new")
    listing.move(to: 0)
    var count = 0
    while try listing.next() != nil { count += 1 }
    #expect(count == 3003)
  }

  // MARK: Errors

  @Test func everyErrorNumberHasACode() {
    for error in FileError.allCases { #expect(FileError(name: error.name) == error) }
    #expect(FileError(name: "something") == nil)
    #expect(FileError.crossDevice.rawValue == 36)
    #expect(FileError(errno: EXDEV) == .crossDevice)
    #expect(FileError(errno: ENOENT) == .noEntry)
    #expect(FileError(errno: 9999) == .io)
    for error in FileError.allCases { _ = Errno(error) }
    #expect(Errno(.noEntry).rawValue == 44)
  }

  // MARK: Streams

  @Test func streamsWaitForThePool() throws {
    let scratch = ScratchDirectory()
    scratch.write("file", String(repeating: "x", count: 70_000))
    let reactor = VirtualReactor(blockingQueue: 1)
    // Of another machine's disk nothing is in memory.
    let local = try scratch.directory()
    let directory = Directory(local.descriptor, isReadOnly: false, resolver: PathResolver(), isLocal: false)
    let source = FileSource(try file(directory, "file"), at: 69_000, reactor: reactor)
    let stream = InputStream(source)
    #expect(try stream.read(upTo: 100).isEmpty)
    guard case .signal(let signal) = stream.condition else {
      Issue.record("the stream waits for nothing")
      return
    }
    #expect(!signal.isSet)
    #expect(try stream.read(upTo: 100).isEmpty)
    #expect(reactor.runBlockingWork() == 1)
    #expect(signal.isSet)
    #expect(try stream.read(upTo: 60).count == 60)
    #expect(try stream.read(upTo: 60).count == 40)

    // The pool takes one: the second waits for its turn.
    let sink = FileSink(try file(directory, "copy", writes: true, creates: true), at: .offset(0), reactor: reactor)
    let output = OutputStream(sink)
    #expect(reactor.runBlocking {})
    #expect(try output.checkWrite() == 65_536)
    try Array("content".utf8).withStreamBytes { bytes throws(StreamFailure) in try output.write(bytes) }
    #expect(try output.drain() == false)
    #expect(try output.checkWrite() == 0)
    #expect(reactor.runBlockingWork() == 1)
    #expect(try output.drain() == false)
    #expect(reactor.advanceToNextTimer())
    #expect(reactor.runBlockingWork() == 1)
    #expect(try output.drain())
    #expect(scratch.text("copy") == "content")
  }

  @Test func failuresOfStreamsHaveCodes() throws {
    let scratch = ScratchDirectory()
    scratch.write("file", "text")
    let opened = try file(try scratch.directory(), "file")
    let stream = InputStream(FileSource(opened, at: .max, reactor: VirtualReactor()))
    #expect(throws: StreamFailure.failed("invalid")) { try stream.read(upTo: 1) }
    #expect(throws: StreamFailure.closed) { try stream.read(upTo: 1) }
  }
}
