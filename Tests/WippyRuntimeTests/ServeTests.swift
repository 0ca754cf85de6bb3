import Synchronization
import Testing
import WippyCore
import WippyHTTP

import WippyLua

@testable import WippyRuntime

/// Requests over loopback to the guest `http_server`, each with an instance of its own; and from `http_client`.
@Suite struct ServeTests {
  private struct Setting {
    let runtime: Runtime
    let server: any HTTPServing

    init(method: String = ComponentHandler.method) async throws {
      var configuration = RuntimeConfiguration(environment: ["WIPPY_CACHE_DIR": GuestProject.cache.path])
      configuration.http = NIOStack(loops: 1)
      runtime = try Runtime(configuration)
      var file = BareFile(path: GuestProject.repository.appending(path: "Guests/http_server/http_server.wasm").path)
      file.method = method
      file.servesHTTP = true
      server = try await runtime.serve(
        try runtime.load(file), HTTPServerConfiguration(host: "127.0.0.1", port: 0))
    }

    func stop() async {
      await server.stop(graceMilliseconds: 1000)
      await runtime.shutdown()
    }

    func send(
      _ path: String, method: String = "GET", body: HTTPBody? = nil, fields: [HTTPField] = []
    ) async -> TestAnswer? {
      await runtime.send(path, to: server.port, method: method, body: body, fields: fields)
    }
  }

  @Test func requestsAreAnswered() async throws {
    let setting = try await Setting()
    for _ in 0..<3 {
      let answer = try #require(await setting.send("/"))
      #expect(answer.status == 200)
      #expect(answer.text == "Hello, world!\n")
    }
    let described = try #require(
      await setting.send("/describe?a=1", method: "PURGE", fields: [HTTPField("x-one", "1")]))
    #expect(described.text.hasPrefix("method PURGE\npath /describe?a=1\nscheme 0\n"))
    #expect(described.text.contains("\nx-one=1"))
    #expect(await setting.send("/nothing")?.status == 404)
    #expect(await setting.send("/empty")?.status == 204)
    #expect(await setting.send("/trailers")?.end == .finished(trailers: [HTTPField("x-end", "yes")]))
    await setting.stop()
  }

  @Test func bodiesAreStreamed() async throws {
    let setting = try await Setting()
    let text = String(repeating: "0123456789abcdef", count: 1 << 16)
    let answer = try #require(await setting.send("/echo", method: "POST", body: HTTPBody(Array(text.utf8))))
    // Not the texts: a failure would print both.
    let isSame = answer.text == text
    #expect(isSame, "\(answer.text.utf8.count) bytes, \(answer.end)")
    await setting.stop()
  }

  @Test(arguments: [("/trap", 500), ("/drop", 500), ("/error", 403)] as [(String, UInt16)])
  func guestsThatDoNotAnswer(_ path: String, _ status: UInt16) async throws {
    let setting = try await Setting()
    #expect(await setting.send(path)?.status == status)
    // And the next one is answered.
    #expect(await setting.send("/")?.status == 200)
    await setting.stop()
  }

  @Test(arguments: ["/late-trap", "/short", "/long"])
  func answersThatBreakOff(_ path: String) async throws {
    let setting = try await Setting()
    let answer = await setting.send(path)
    if let answer {
      guard case .failed = answer.end else {
        Issue.record("\(path) counts as complete")
        return
      }
    }
    #expect(await setting.send("/")?.status == 200)
    await setting.stop()
  }

  @Test func aGuestThatAnswersTwice() async throws {
    let setting = try await Setting()
    // The place for the answer is gone with the first one: the second attempt is a trap of its own.
    let answer = try #require(await setting.send("/twice"))
    #expect(answer.status == 200)
    #expect(answer.text == "once\n")
    #expect(await setting.send("/")?.status == 200)
    await setting.stop()
  }

  /// The line of http_server.c with the check that fails.
  @Test func whatRequestsAndResponsesAllow() async throws {
    let setting = try await Setting()
    #expect(await setting.send("/contracts", method: "POST", body: HTTPBody([1]))?.text == "0")
    await setting.stop()
  }

  @Test func guestsWhoseClientLeavesEnd() async throws {
    let setting = try await Setting()
    let request = HTTPClientRequest(
      HTTPRequestHead(method: "GET", scheme: "http", authority: "127.0.0.1:\(setting.server.port)", path: "/spin"),
      mayConnect: { _, _, _ in true })
    let call = try #require(setting.runtime.http.client).send(request) { _ in }
    while setting.runtime.processes().isEmpty { await Task.yield() }
    call.cancel()
    while !setting.runtime.processes().isEmpty { await Task.yield() }
    await setting.stop()
  }

  @Test func aComponentThatServesNothing() async throws {
    await #expect(throws: RuntimeError.self) { try await Setting(method: "no-such-function") }
  }

  @Test func aGuestAsksAGuest() async throws {
    let setting = try await Setting()
    let authority = "127.0.0.1:\(setting.server.port)"
    let project = try GuestProject([
      .init(
        name: "allowed", guest: "http_client", method: "fetch",
        more: "imports: [wasi:http]\nwasi: {network: {allow: [\"\(authority)\"]}}"),
      .init(name: "denied", guest: "http_client", method: "fetch", more: "imports: [wasi:http]"),
    ])
    let arguments: [Value] = [
      .string("POST"), .string(authority), .string("/echo"), .bytes(Array("to and fro".utf8)), .integer(0),
    ]
    let allowed = try await project.runtime.spawn(GuestProject.id("allowed"), arguments: arguments).exitReason()
    #expect(
      allowed == .normal(.array([.integer(200), .bytes(Array("to and fro".utf8))])))
    // destination-IP-prohibited. Without a body: the guest gives up when it cannot write one.
    let bodiless = Array(arguments[..<3]) + [.bytes([]), .integer(0)]
    let denied = try await project.runtime.spawn(GuestProject.id("denied"), arguments: bodiless).exitReason()
    #expect(denied == .error(.integer(4)), "\(denied.details)")
    await setting.stop()
  }
}

/// Many requests of many processes at once.
@Suite struct RequestsInFlightTests {
  /// Answers nobody before everybody has asked.
  private final class Gathering: HTTPRequestHandler {
    private let count: Int
    private let waiting = Mutex<[any HTTPExchange]>([])

    init(_ count: Int) { self.count = count }

    func handle(_ exchange: any HTTPExchange) {
      let all = waiting.withLock { waiting in
        waiting.append(exchange)
        return waiting.count == count ? waiting : []
      }
      for exchange in all { exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody([1])) }
    }
  }

  @Test func noneWaitsForAnother() async throws {
    let count = 200
    let stack = NIOStack(loops: 1)
    let server = try await stack.serve(
      HTTPServerConfiguration(host: "127.0.0.1", port: 0), handler: Gathering(count))
    let authority = "127.0.0.1:\(server.port)"
    let project = try GuestProject(
      [
        .init(
          name: "fetch", guest: "http_client", method: "fetch",
          more: "imports: [wasi:http]\nwasi: {network: {allow: [\"\(authority)\"]}}")
      ], workers: 2)
    let arguments: [Value] = [.string("GET"), .string(authority), .string("/"), .bytes([]), .integer(0)]
    var running: [RunningProcess] = []
    for _ in 0..<count {
      running.append(try await project.runtime.spawn(GuestProject.id("fetch"), arguments: arguments))
    }
    for process in running {
      let reason = await process.exitReason()
      #expect(reason == .normal(.array([.integer(200), .bytes([1])])))
    }
    await server.stop(graceMilliseconds: 1000)
    await project.runtime.shutdown()
    await stack.stop()
  }
}
