import Glibc
import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

/// Every function of `wasi:filesystem` 0.2, called by a guest.
@Suite struct FilesTests {
  /// A guest with `/data`, and the read-only `/fixed`.
  private final class Setup {
    let scratch = ScratchDirectory()
    let runner: GuestRunner
    let data: Int64
    let fixed: Int64

    init(method: PathResolver.Method = PathResolver.preferred) throws {
      scratch.makeDirectory("data")
      scratch.makeDirectory("fixed")
      scratch.write("fixed/f", "text")
      var environment = GuestEnvironment(programName: "guest")
      environment.mounts = [
        Mount(guestPath: "/data", directory: try scratch.directory("data", method: method)),
        Mount(guestPath: "/fixed", directory: try scratch.directory("fixed", readOnly: true, method: method)),
      ]
      runner = try GuestRunner("files", environment: environment)
      guard case .integer(let data)? = try runner.value("directory", [.integer(0)]),
        case .integer(let fixed)? = try runner.value("directory", [.integer(1)])
      else { throw FileError.noEntry }
      self.data = data
      self.fixed = fixed
    }

    func call(_ method: String, _ arguments: Value...) throws -> Int64 {
      guard case .integer(let number)? = try runner.value(method, arguments) else { return .min }
      return number
    }

    /// Opens a path of `/data`: 1 reads, 2 writes; 1 creates, 2 is a directory, 4 is exclusive, 8 truncates.
    func open(_ path: String, _ flags: Int64 = 1, _ how: Int64 = 0, follow: Int64 = 0, at directory: Int64? = nil)
      throws
      -> Int64
    {
      try call("open-at", .integer(directory ?? data), .integer(follow), .string(path), .integer(how), .integer(flags))
    }

    func stat(_ descriptor: Int64) throws -> [Int64] { try numbers("stat", .integer(descriptor)) }

    func numbers(_ method: String, _ arguments: Value...) throws -> [Int64] {
      guard case .array(let items)? = try runner.value(method, arguments) else { return [] }
      return items.map { if case .integer(let number) = $0 { number } else { .min } }
    }
  }

  private func code(_ error: FileError) -> Int64 { -1 - Int64(error.rawValue) }

  @Test func preopens() throws {
    let setup = try Setup()
    #expect(try setup.runner.value("directories") == .array([.string("/data"), .string("/fixed")]))
    #expect(try setup.call("get-type", .integer(setup.data)) == 3)
    #expect(try setup.call("get-flags", .integer(setup.data)) == 0x21)
    #expect(try setup.call("get-flags", .integer(setup.fixed)) == 0x01)
    let ungranted = try GuestRunner("files", granted: [], environment: setup.runner.state.environment)
    #expect(try ungranted.value("directories") == .array([]))
  }

  @Test func readAndWrite() throws {
    let setup = try Setup()
    let file = try setup.open("file", 3, 1)
    #expect(try setup.call("write", .integer(file), .bytes(Array("hello".utf8)), .integer(1)) == 5)
    #expect(
      try setup.runner.value("read", [.integer(file), .integer(100), .integer(0)])
        == .table([.init("ok", .array([.bytes([0] + Array("hello".utf8)), .bool(true)]))]))
    #expect(
      try setup.runner.value("read", [.integer(file), .integer(2), .integer(1)])
        == .table([.init("ok", .array([.bytes(Array("he".utf8)), .bool(false)]))]))
    #expect(
      try setup.runner.value("read", [.integer(file), .unsigned(.max), .integer(3)])
        == .table([.init("ok", .array([.bytes(Array("llo".utf8)), .bool(true)]))]))
    #expect(
      try setup.runner.value("read", [.integer(file), .integer(1), .unsigned(.max)])
        == .table([.init("err", .integer(code(.invalid)))]))
    #expect(
      try setup.runner.value("read", [.integer(setup.data), .integer(1), .integer(0)])
        == .table([.init("err", .integer(code(.isDirectory)))]))
    #expect(try setup.call("write", .integer(setup.data), .bytes([1]), .integer(0)) == code(.isDirectory))
    #expect(try setup.call("write", .integer(file), .bytes([1]), .unsigned(.max)) == code(.fileTooLarge))
    #expect(try setup.call("get-flags", .integer(file)) == 3)
    #expect(try setup.call("get-type", .integer(file)) == 6)
    #expect(try setup.call("set-size", .integer(file), .integer(3)) == 0)
    #expect(try setup.call("set-size", .integer(file), .unsigned(.max)) == code(.fileTooLarge))
    #expect(try setup.call("set-size", .integer(setup.data), .integer(3)) == code(.isDirectory))
    for advice in 0..<6 {
      #expect(try setup.call("advise", .integer(file), .integer(0), .integer(3), .integer(Int64(advice))) == 0)
    }
    #expect(try setup.call("advise", .integer(setup.data), .integer(0), .integer(3), .integer(0)) == code(.isDirectory))
    #expect(try setup.call("sync", .integer(file)) == 0)
    #expect(try setup.call("sync-data", .integer(setup.data)) == 0)
    #expect(try setup.stat(file)[..<3] == [6, 1, 3])
    let reading = try setup.open("file", 1)
    #expect(try setup.call("write", .integer(reading), .bytes([1]), .integer(0)) == code(.badDescriptor))
    #expect(try setup.call("set-size", .integer(reading), .integer(0)) == code(.badDescriptor))
    let writing = try setup.open("file", 2)
    #expect(
      try setup.runner.value("read", [.integer(writing), .integer(1), .integer(0)])
        == .table([.init("err", .integer(code(.badDescriptor)))]))
    let synced = try setup.open("file", 2 | 4 | 8 | 16)
    #expect(try setup.call("write", .integer(synced), .bytes([65]), .integer(0)) == 1)
    #expect(try setup.call("get-flags", .integer(synced)) == 0x1e)
    #expect(try setup.runner.trapMessage("advise", [.integer(file), .integer(0), .integer(0), .integer(6)]) != nil)
  }

  @Test func times() throws {
    let setup = try Setup()
    let file = try setup.open("file", 3, 1)
    #expect(try setup.call("set-times", .integer(file), .integer(2), .integer(77), .integer(5)) == 0)
    #expect(try setup.stat(file)[4] == 77)
    #expect(try setup.call("set-times", .integer(file), .integer(0), .integer(0), .integer(0)) == 0)
    #expect(try setup.call("set-times", .integer(file), .integer(1), .integer(0), .integer(0)) == 0)
    #expect(try setup.stat(file)[4] > 1_000_000)
    #expect(
      try setup.call("set-times", .integer(file), .integer(2), .integer(0), .integer(1_000_000_000)) == code(.invalid))
    #expect(try setup.call("set-times", .integer(file), .integer(2), .unsigned(.max), .integer(0)) == code(.overflow))
    #expect(
      try setup.call("set-times-at", .integer(setup.data), .string("file"), .integer(2), .integer(88), .integer(0)) == 0
    )
    #expect(try setup.stat(file)[3] == 88)
    #expect(
      try setup.call("set-times-at", .integer(setup.data), .string("none"), .integer(1), .integer(0), .integer(0))
        == code(.noEntry))
    #expect(try setup.runner.trapMessage("set-times", [.integer(file), .integer(3), .integer(0), .integer(0)]) != nil)
  }

  @Test(arguments: PathResolverTests.methods) func paths(method: PathResolver.Method) throws {
    let setup = try Setup(method: method)
    let data = Value.integer(setup.data)
    func path(_ function: String, _ path: String) throws -> Int64 { try setup.call(function, data, .string(path)) }
    #expect(try path("create-directory-at", "d") == 0)
    #expect(try path("create-directory-at", "d") == code(.exist))
    #expect(try path("create-directory-at", "../d") == code(.notPermitted))
    #expect(try path("create-directory-at", "/d") == code(.notPermitted))
    #expect(try path("create-directory-at", "") == code(.noEntry))
    #expect(try path("create-directory-at", "a\0") == code(.invalid))
    #expect(try path("create-directory-at", String(repeating: "n", count: 70_000)) == code(.nameTooLong))
    #expect(try setup.open("d", 1, 2) > 0)
    #expect(try setup.open("d", 3, 0) == code(.isDirectory))
    #expect(try setup.open("d/f", 3, 1) > 0)
    #expect(try setup.open("d/f", 3, 1 | 4) == code(.exist))
    #expect(try setup.open("d/f", 1, 2) == code(.notDirectory))
    #expect(try setup.open("d/g", 1, 1 | 2) == code(.invalid))
    #expect(try setup.open("none") == code(.noEntry))
    #expect(try setup.open("d/../../data") == code(.notPermitted))
    #expect(try setup.open("f", 1, 0, at: try setup.open("d/f")) == code(.notDirectory))
    #expect(try setup.call("symlink-at", data, .string("d/f"), .string("s")) == 0)
    #expect(try setup.call("symlink-at", data, .string("d/f"), .string("s")) == code(.exist))
    #expect(try setup.call("symlink-at", data, .string("/etc/passwd"), .string("t")) == code(.notPermitted))
    #expect(try setup.call("symlink-at", data, .string("../../../etc/passwd"), .string("t")) == 0)
    #expect(try setup.open("t", 1, 0, follow: 1) == code(.notPermitted))
    #expect(try setup.open("s") == code(.loop))
    #expect(try setup.open("s", 1, 0, follow: 1) > 0)
    #expect(try setup.runner.value("readlink-at", [data, .string("s")]) == .table([.init("ok", .string("d/f"))]))
    #expect(
      try setup.runner.value("readlink-at", [data, .string("d")]) == .table([.init("err", .integer(code(.invalid)))]))
    #expect(try setup.numbers("stat-at", data, .integer(0), .string("s"))[0] == 5)
    #expect(try setup.numbers("stat-at", data, .integer(1), .string("s"))[0] == 6)
    #expect(try setup.numbers("stat-at", data, .integer(1), .string("t")) == [code(.notPermitted)])
    #expect(try setup.call("link-at", data, .integer(0), .string("d/f"), data, .string("hard")) == 0)
    #expect(try setup.call("link-at", data, .integer(1), .string("s"), data, .string("h2")) == code(.invalid))
    #expect(try setup.call("link-at", data, .integer(0), .string("d"), data, .string("h2")) == code(.notPermitted))
    let (first, second) = (try setup.open("hard"), try setup.open("d/f"))
    #expect(
      try setup.runner.value("is-same-object", [.integer(first), .integer(second)]) == .bool(true))
    #expect(
      try setup.runner.value("is-same-object", [.integer(first), data]) == .bool(false))
    let hash = try setup.runner.value("metadata-hash", [.integer(first)])
    #expect(hash != nil)
    #expect(try setup.runner.value("metadata-hash-at", [data, .integer(1), .string("s")]) == hash)
    #expect(try setup.runner.value("metadata-hash-at", [data, .integer(0), .string("s")]) != hash)
    #expect(try setup.call("rename-at", data, .string("hard"), data, .string("d/moved")) == 0)
    #expect(try setup.call("rename-at", data, .string("hard"), data, .string("x")) == code(.noEntry))
    #expect(try setup.call("rename-at", data, .string("d/f"), data, .string("../x")) == code(.notPermitted))
    #expect(
      try setup.runner.value("list-directory", [.integer(try setup.open("d"))]).map { "\($0)" }?.contains("6 moved")
        == true)
    #expect(
      try setup.runner.value("list-directory", [.integer(first)])
        == .table([.init("err", .integer(code(.notDirectory)))]))
    #expect(try path("remove-directory-at", "d") == code(.notEmpty))
    #expect(try path("remove-directory-at", "s") == code(.notDirectory))
    #expect(try path("unlink-file-at", "d") == code(.isDirectory))
    #expect(try path("unlink-file-at", "none") == code(.noEntry))
    for name in ["d/f", "d/moved", "s", "t"] { #expect(try path("unlink-file-at", name) == 0) }
    #expect(try path("remove-directory-at", "d") == 0)
    #expect(try path("create-directory-at", "../fixed/x") == code(.notPermitted))
  }

  @Test func readOnly() throws {
    let setup = try Setup()
    let (data, fixed) = (Value.integer(setup.data), Value.integer(setup.fixed))
    let readOnly = code(.readOnly)
    #expect(try setup.open("f", 2, 0, at: setup.fixed) == readOnly)
    #expect(try setup.open("f", 1, 8, at: setup.fixed) == readOnly)
    #expect(try setup.open("new", 1, 1, at: setup.fixed) == readOnly)
    #expect(try setup.call("create-directory-at", fixed, .string("d")) == readOnly)
    #expect(try setup.call("remove-directory-at", fixed, .string("d")) == readOnly)
    #expect(try setup.call("unlink-file-at", fixed, .string("f")) == readOnly)
    #expect(try setup.call("symlink-at", fixed, .string("f"), .string("s")) == readOnly)
    #expect(try setup.call("rename-at", fixed, .string("f"), data, .string("f")) == readOnly)
    #expect(try setup.call("rename-at", data, .string("f"), fixed, .string("f")) == readOnly)
    #expect(try setup.call("link-at", fixed, .integer(0), .string("f"), data, .string("f")) == readOnly)
    #expect(try setup.call("set-times", fixed, .integer(1), .integer(0), .integer(0)) == readOnly)
    #expect(
      try setup.call("set-times-at", fixed, .string("f"), .integer(1), .integer(0), .integer(0)) == readOnly)
    let file = try setup.open("f", 1, 0, at: setup.fixed)
    #expect(try setup.call("set-times", .integer(file), .integer(1), .integer(0), .integer(0)) == readOnly)
    #expect(try setup.call("set-size", .integer(file), .integer(0)) == code(.badDescriptor))
    #expect(try setup.call("write-via-stream", .integer(file), .integer(0)) == code(.badDescriptor))
    #expect(try setup.call("append-via-stream", .integer(file)) == code(.badDescriptor))
  }

  @Test(arguments: ["drain", "drain-polling"]) func inputStreams(method: String) throws {
    let setup = try Setup()
    setup.scratch.write("data/f", String(repeating: "A", count: 200_000))
    let file = try setup.open("f")
    let stream = try setup.call("read-via-stream", .integer(file), .integer(50_000))
    #expect(try setup.numbers(method, .integer(stream)) == [150_000, 150_000 * 65, -100])
    let beyond = try setup.call("read-via-stream", .integer(file), .integer(1_000_000))
    #expect(try setup.numbers(method, .integer(beyond)) == [0, 0, -100])
    let wild = try setup.call("read-via-stream", .integer(file), .unsigned(.max))
    #expect(try setup.numbers(method, .integer(wild)) == [0, 0, -200 - Int64(FileError.invalid.rawValue)])
    #expect(try setup.call("read-via-stream", .integer(setup.data), .integer(0)) == code(.isDirectory))
    let writing = try setup.open("f", 2)
    #expect(try setup.call("read-via-stream", .integer(writing), .integer(0)) == code(.badDescriptor))
  }

  @Test(arguments: ["write-stream", "write-stream-polling"]) func outputStreams(method: String) throws {
    let setup = try Setup()
    let file = try setup.open("f", 3, 1)
    let bytes = [UInt8](repeating: 66, count: 200_000)
    let stream = try setup.call("write-via-stream", .integer(file), .integer(10))
    #expect(try setup.call(method, .integer(stream), .bytes(bytes)) == 200_000)
    #expect(try setup.stat(file)[2] == 200_010)
    #expect(try setup.call(method, .integer(stream), .bytes([67])) == 1)
    _ = try setup.runner.value("drop-output", [.integer(stream)])
    let appending = try setup.call("append-via-stream", .integer(file))
    #expect(try setup.call(method, .integer(appending), .bytes(Array("end".utf8))) == 3)
    #expect(setup.scratch.text("data/f")?.hasSuffix("BBCend") == true)
    let wild = try setup.call("write-via-stream", .integer(file), .unsigned(.max))
    #expect(try setup.call(method, .integer(wild), .bytes([1])) == -200 - Int64(FileError.fileTooLarge.rawValue))
    #expect(try setup.call("write-via-stream", .integer(setup.data), .integer(0)) == code(.isDirectory))
  }

  @Test func namesThatAreNoTexts() throws {
    let setup = try Setup()
    setup.scratch.write("data/good")
    let name = Array("\(setup.scratch.path)/data/bad".utf8CString.dropLast()) + [-1, 0]
    close(open(name, O_CREAT | O_WRONLY, 0o644))
    let listed = try setup.runner.value("list-directory", [.integer(setup.data)]).map { "\($0)" } ?? ""
    #expect(listed.contains("6 good"))
    #expect(listed.contains("error \(FileError.illegalByteSequence.rawValue)"))
    unlink(name)
  }

  @Test func handlesOfOthersTrap() throws {
    let setup = try Setup()
    #expect(try setup.runner.trapMessage("sync", [.integer(999)]) != nil)
    let file = try Setup()
    let stream = try file.call("read-via-stream", .integer(try file.open("f", 3, 1)), .integer(0))
    #expect(try file.runner.trapMessage("sync", [.integer(stream)]) != nil)
  }

  @Test func versionsAndTypesAreChecked() {
    for (name, function) in FilesystemFunctions.types {
      #expect(!name.isEmpty && !function.coreType.parameters.isEmpty)
    }
    #expect(FilesystemFunctions.types.count == 29)
  }
}
