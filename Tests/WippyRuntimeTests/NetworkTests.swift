import Glibc
import Testing
import WippyComponent
import WippyRuntime

/// Guests on sockets of this computer, from YAML to their exit reason.
@Suite struct NetworkTests {
  private func project(_ methods: [String], allow: [String]) throws -> GuestProject {
    let rules = allow.map { "\"\($0)\"" }.joined(separator: ", ")
    return try GuestProject(
      methods.map { method in
        .init(
          name: method, guest: "sockets", method: method,
          more: "imports: [wasi:sockets, wasi:clocks]\nwasi: {network: {allow: [\(rules)]}}")
      })
  }

  private func value(_ method: String, _ arguments: String..., allow: [String]) async throws -> String {
    try await project([method], allow: allow).value(method, arguments)
  }

  // MARK: TCP

  @Test(arguments: [false, true])
  func tcpEcho(isIPv6: Bool) async throws {
    let server = try LoopbackServer(.echo, isIPv6: isIPv6)
    let long = String(repeating: "0123456789abcdef", count: 20_000)
    for message in ["hello", "", long] {
      let answer = try await value(
        "tcp-echo", "\(server.port)", "\(isIPv6)", "\"\(message)\"",
        allow: [isIPv6 ? "[::1]:\(server.port)" : "127.0.0.1:\(server.port)"])
      #expect(answer == "\"\(message)\"")
    }
  }

  @Test(arguments: [false, true])
  func tcpStates(isIPv6: Bool) async throws {
    let port = try LoopbackServer.freePort(isIPv6: isIPv6)
    let allow = ["127.0.0.1:\(port)", "[::1]:\(port)", "listen:\(port)"]
    #expect(try await value("tcp-states", "\(port)", "\(isIPv6)", allow: allow) == "\"\"")
    #expect(try await value("tcp-options", "\(isIPv6)", allow: []) == "\"\"")
  }

  @Test func refusedAndDenied() async throws {
    let port = try LoopbackServer.freePort()
    let server = try LoopbackServer(.echo)
    let local = "\(0x7f00_0001)"
    #expect(try await value("tcp-connect", local, "\(port)", allow: ["127.0.0.1:\(port)"]) == "\"connection-refused\"")
    for allow in [
      [], ["127.0.0.1:\(port)"], ["*:\(server.port)"], ["listen:\(server.port)"], ["localhost:\(server.port)"],
      ["127.0.0.2:\(server.port)"], ["128.0.0.0/1:\(server.port)"],
    ] {
      #expect(try await value("tcp-connect", local, "\(server.port)", allow: allow) == "\"access-denied\"", "\(allow)")
    }
    #expect(
      try await value("tcp-connect", local, "\(server.port)", allow: ["127.0.0.0/8:\(server.port)"]) == "\"connected\"")
    #expect(
      try await value("tcp-serve", "\(port)", "false", "1", allow: ["127.0.0.1:\(port)"]) == "err \"access-denied\"")
  }

  @Test func brokenConnection() async throws {
    let server = try LoopbackServer(.reset)
    let answer = try await value("tcp-echo", "\(server.port)", "false", "\"abc\"", allow: ["127.0.0.1:\(server.port)"])
    #expect(answer == "err \"connection-reset: Connection reset by peer\"")
  }

  @Test func muchInBothDirections() async throws {
    let bytes = 20_000_000
    let sender = try LoopbackServer(.send(bytes))
    #expect(try await value("tcp-drain", "\(sender.port)", allow: ["127.0.0.1:\(sender.port)"]) == "\(bytes)")
    let receiver = try LoopbackServer(.count)
    #expect(
      try await value("tcp-flood", "\(receiver.port)", "\(bytes)", allow: ["127.0.0.1:\(receiver.port)"]) == "\(bytes)")
    #expect(receiver.receivedBytes == bytes)
  }

  /// What was written and not flushed goes out before the end.
  @Test func shutdownSendsWhatIsLeft() async throws {
    let receiver = try LoopbackServer(.count)
    let bytes = 8_000_000
    let sent = try await value(
      "tcp-write-and-shut", "\(receiver.port)", "\(bytes)", allow: ["127.0.0.1:\(receiver.port)"])
    #expect(sent == "\(bytes)")
    #expect(receiver.receivedBytes == bytes)
  }

  @Test func guestsTalkToEachOther() async throws {
    let port = try LoopbackServer.freePort()
    let project = try project(
      ["tcp-serve", "tcp-echo", "tcp-rounds", "tcp-connect"], allow: ["listen:\(port)", "127.0.0.1:\(port)"])
    async let served = project.value("tcp-serve", ["\(port)", "false", "3"])
    // Until it listens.
    while try await project.value("tcp-connect", ["\(0x7f00_0001)", "\(port)"]) != "\"connected\"" {}
    #expect(try await project.value("tcp-echo", ["\(port)", "false", "\"to a guest\""]) == "\"to a guest\"")
    #expect(try await project.value("tcp-rounds", ["\(port)", "100"]) == "100")
    #expect(try await served == "3")
  }

  @Test func acceptBesideATimer() async throws {
    let port = try LoopbackServer.freePort()
    #expect(try await value("tcp-accept-timeout", "\(port)", "10", allow: ["listen:\(port)"]) == "true")
  }

  @Test func socketBeforeItsStreams() async throws {
    let server = try LoopbackServer(.echo)
    let project = try project(["tcp-drop-parent"], allow: ["127.0.0.1:\(server.port)"])
    guard case .trap(let trap) = try await project.run("tcp-drop-parent", "\(server.port)") else {
      Issue.record("a socket was dropped before its streams")
      return
    }
    #expect(trap.message.contains("open children"))
  }

  // MARK: UDP

  @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
  func udpEcho(isIPv6: Bool, isConnected: Bool) async throws {
    let port = try LoopbackServer.datagramEcho(isIPv6: isIPv6)
    let answer = try await value(
      "udp-echo", "\(port)", "\(isIPv6)", "\(isConnected)", "\"datagram\"",
      allow: ["127.0.0.1:\(port)", "[::1]:\(port)"])
    #expect(answer == "\"datagram\"")
  }

  @Test func udpStates() async throws {
    let port = try LoopbackServer.freePort()
    #expect(try await value("udp-states", "\(port)", allow: ["127.0.0.1:\(port)"]) == "\"\"")
    let denied = try await value("udp-echo", "\(port)", "false", "false", "\"x\"", allow: [])
    #expect(denied == "err \"access-denied\"")
    let project = try project(["udp-send-unpermitted"], allow: [])
    guard case .trap = try await project.run("udp-send-unpermitted") else {
      Issue.record("datagrams were sent without a permit")
      return
    }
  }

  // MARK: Names

  @Test func lookups() async throws {
    #expect(try await value("look-up", "\"192.0.2.7\"", allow: []) == "[\"192.0.2.7\"]")
    #expect(try await value("look-up", "\"::1\"", allow: []) == "[\"0000:0000:0000:0000:0000:0000:0000:0001\"]")
    let found = try await value("look-up", "\"LocalHost\"", allow: ["localhost:80"])
    #expect(found.contains("127.0.0.1") || found.contains("0000:0001"), "\(found)")
    #expect(try await value("look-up", "\"localhost\"", allow: ["127.0.0.1:80"]) == "err \"access-denied\"")
    for name in ["", "a b", "127.1", "0x7f000001", "a..b"] {
      #expect(try await value("look-up", "\"\(name)\"", allow: ["*:80"]) == "err \"invalid-argument\"", "\(name)")
    }
  }

  // MARK: Ends

  /// A process that waits on the network is killed at once, wherever it is.
  @Test func killedInEveryWait() async throws {
    // Its queue is full after these: further attempts wait.
    let deaf = try LoopbackServer(.silent, backlog: 0)
    let quiet = try LoopbackServer(.silent)
    let port = try LoopbackServer.freePort()
    let project = try project(
      ["tcp-connect", "tcp-drain", "tcp-flood", "tcp-serve", "udp-serve"],
      allow: ["127.0.0.1:\(deaf.port)", "127.0.0.1:\(quiet.port)", "listen:\(port)"])
    var processes: [RunningProcess] = []
    for _ in 0..<4 {
      processes.append(
        try await project.runtime.spawn(
          GuestProject.id("tcp-connect"), arguments: [.integer(0x7f00_0001), .integer(Int64(deaf.port))]))
    }
    for (name, arguments) in [
      ("tcp-drain", [Value.integer(Int64(quiet.port))]),
      ("tcp-flood", [.integer(Int64(quiet.port)), .integer(1 << 40)]),
      ("tcp-serve", [.integer(Int64(port)), .bool(false), .integer(1)]),
      ("udp-serve", [.integer(Int64(port)), .integer(1)]),
    ] {
      processes.append(try await project.runtime.spawn(GuestProject.id(name), arguments: arguments))
    }
    for process in processes { project.runtime.terminate(process.pid) }
    for process in processes.dropFirst(4) { #expect(await process.exitReason() == .killed) }
    for process in processes.prefix(4) { _ = await process.exitReason() }
  }
}
