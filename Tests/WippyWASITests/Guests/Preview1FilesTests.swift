import Glibc
import Testing
import WippyComponent
import WippyCore

@testable import WippyWASI

/// Preview 1 on files: the guest checks, and returns the line of the first check that failed.
@Suite struct Preview1FilesTests {
  private final class Setup {
    let scratch = ScratchDirectory()
    let runner: GuestRunner

    init(
      method: PathResolver.Method = PathResolver.preferred, sockets: [GuestSocket] = [],
      granted: Set<String> = [Preview1.module], maximumHandles: Int = 10_000
    ) throws {
      scratch.makeDirectory("data")
      scratch.makeDirectory("data/l")
      scratch.makeDirectory("data/l/sub")
      scratch.write("data/l/f", "text")
      scratch.link("data/l/link", to: "f")
      scratch.makeDirectory("fixed")
      scratch.write("fixed/f", "text")
      var environment = GuestEnvironment(programName: "guest")
      environment.mounts = [
        Mount(guestPath: "/data", directory: try scratch.directory("data", method: method)),
        Mount(guestPath: "/fixed", directory: try scratch.directory("fixed", readOnly: true, method: method)),
      ]
      environment.sockets = sockets
      runner = try GuestRunner(
        "preview1_files", granted: granted, maximumHandles: maximumHandles, environment: environment)
    }
  }

  @Test(
    arguments: ["descriptors", "contents", "paths", "listing", "read-only", "polling"], PathResolverTests.methods)
  func checks(group: String, method: PathResolver.Method) throws {
    let setup = try Setup(method: method)
    #expect(try setup.runner.value(group) == .integer(0), "the line of preview1_files.c")
  }

  @Test func ungranted() throws {
    let setup = try Setup(granted: ["wasi:cli/stdout"])
    guard case .capability(let denied)? = try setup.runner.stopReason("paths") else {
      Issue.record("path_create_directory needs no grant")
      return
    }
    #expect(denied.function == "path_create_directory")
    #expect(denied.group == "wasi:filesystem")
    // There is no directory to ask about: bad descriptor, which is 8.
    #expect(try Setup(granted: []).runner.value("descriptors") != .integer(0))
  }

  @Test func wildPointers() throws {
    for (method, address, length) in [
      ("wild-read", 0x7fff_0000, 100), ("wild-read", 100, -1), ("wild-write", -8, 100), ("wild-write", -1, 1),
      ("wild-path", -16, 64), ("wild-path", 0, -1), ("wild-list", 1000, -1), ("wild-list", -4, 64),
    ] as [(String, Int64, Int64)] {
      let setup = try Setup()
      let message = try setup.runner.trapMessage(method, [.integer(address), .integer(length)])
      #expect(message?.contains("outside of the memory") == true, "\(method) \(address) \(length)")
    }
  }

  @Test func tooManyDescriptors() throws {
    let setup = try Setup(maximumHandles: 50)
    guard case .resource(let limit)? = try setup.runner.stopReason("open-many", [.integer(100)]) else {
      Issue.record("100 descriptors were opened")
      return
    }
    #expect(limit.allowed == 50)
  }

  @Test func sockets() throws {
    var pair: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    let (near, far) = (pair[0], pair[1])
    defer { close(far) }
    let setup = try Setup(sockets: [GuestSocket(owning: near)])
    #expect(try setup.runner.start("echo").isWaiting)
    #expect(send(far, "hello", 5, 0) == 5)
    #expect(setup.runner.guest.run().isWaiting)
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(recv(far, &buffer, 16, Int32(MSG_DONTWAIT)) == 5)
    #expect(buffer.prefix(5).elementsEqual("hello".utf8))
    shutdown(far, Int32(SHUT_WR))
    guard case .returned(.integer(0)?) = setup.runner.guest.run() else {
      Issue.record("echo did not end well")
      return
    }
    #expect(recv(far, &buffer, 16, 0) == 0)
  }

  @Test func listeningSockets() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    withUnsafeMutableBytes(of: &address) { bytes in
      if let pointer = bytes.bindMemory(to: sockaddr.self).baseAddress {
        _ = bind(listener, pointer, size)
        _ = getsockname(listener, pointer, &size)
        _ = listen(listener, 8)
      }
    }
    let setup = try Setup(sockets: [GuestSocket(owning: listener)])
    #expect(try setup.runner.start("serve").isWaiting)
    let connected = withUnsafeBytes(of: &address) { bytes in
      bytes.bindMemory(to: sockaddr.self).baseAddress.map { connect(client, $0, size) } ?? -1
    }
    try #require(connected == 0)
    guard case .returned(.integer(0)?) = setup.runner.guest.run() else {
      Issue.record("serve did not end well")
      return
    }
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(recv(client, &buffer, 16, 0) == 7)
  }
}
