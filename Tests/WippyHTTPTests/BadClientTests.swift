import Glibc
import Testing
import WippyCore

@testable import WippyHTTP

/// What clients get that break the rules: byte by byte on a connection of their own.
@Suite struct BadClientTests {
  private static func ok(_ change: (inout HTTPServerConfiguration) -> Void = { _ in }) async throws -> Loopback {
    try await Loopback(change) { exchange in
      exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array("fine".utf8)))
    }
  }

  /// The service goes on: another client is answered.
  private static func expectFine(_ loopback: Loopback) async throws {
    #expect(try await loopback.send(loopback.request()).get().text == "fine")
    await loopback.stop()
  }

  @Test(arguments: [
    "nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
    "GET / HTTP/9.9\r\nhost: a\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "\u{0}\u{1}\u{2}\u{3}\r\n\r\n",
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  ])
  func malformedRequests(_ text: String) async throws {
    let loopback = try await Self.ok()
    let answer = await RawClient(port: loopback.server.port).exchange(text)
    #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
    try await Self.expectFine(loopback)
  }

  @Test func hugeHeaders() async throws {
    let loopback = try await Self.ok { $0.limits.headerBytes = 4096 }
    let one = "GET / HTTP/1.1\r\nhost: a\r\nx: \(String(repeating: "a", count: 10_000))\r\n\r\n"
    #expect(await RawClient(port: loopback.server.port).exchange(one).hasPrefix("HTTP/1.1 431 "))
    let many = (0..<1000).map { "x-\($0): aaaaaaaaaa\r\n" }.joined()
    let answer = await RawClient(port: loopback.server.port).exchange("GET / HTTP/1.1\r\nhost: a\r\n\(many)\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 431 "), "\(answer)")
    try await Self.expectFine(loopback)
  }

  @Test func slowHeadersAreCutOff() async throws {
    let loopback = try await Self.ok { $0.timeouts.header = 20_000_000 }
    // It says no more, and waits.
    #expect(await RawClient(port: loopback.server.port).exchange("GET / HTTP/1.1\r\nhost:", keepsOpen: true) == "")
    try await Self.expectFine(loopback)
  }

  @Test func silentConnectionsAreCutOff() async throws {
    let loopback = try await Self.ok { $0.timeouts.header = 20_000_000 }
    #expect(await RawClient(port: loopback.server.port).exchange("", keepsOpen: true) == "")
    try await Self.expectFine(loopback)
  }

  @Test func idleConnectionsAreCutOff() async throws {
    let loopback = try await Self.ok { $0.timeouts.idle = 20_000_000 }
    let answer = await RawClient(port: loopback.server.port).exchange(
      "GET / HTTP/1.1\r\nhost: a\r\n\r\n", keepsOpen: true)
    #expect(answer.hasSuffix("\r\n\r\nfine"))
    try await Self.expectFine(loopback)
  }

  @Test func slowBodiesAreCutOff() async throws {
    let loopback = try await Loopback({ $0.timeouts.read = 20_000_000 }) { exchange in
      if exchange.head.method == "GET" {
        exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array("fine".utf8)))
      } else {
        exchange.respond(HTTPResponseHead(status: 200), body: exchange.body)
      }
    }
    let answer = await RawClient(port: loopback.server.port).exchange(
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc", keepsOpen: true)
    #expect(!answer.hasSuffix("0\r\n\r\n"))
    try await Self.expectFine(loopback)
  }

  @Test func aBodyOverTheLimitIsToldBeforeItIsSent() async throws {
    let loopback = try await Self.ok { $0.limits.bodyBytes = 10 }
    let announced = await RawClient(port: loopback.server.port).exchange(
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 11\r\n\r\n01234567890")
    #expect(announced.hasPrefix("HTTP/1.1 413 "), "\(announced)")
    #expect(announced.lowercased().contains("connection: close"))
    try await Self.expectFine(loopback)
  }

  @Test func aChunkedBodyOverTheLimit() async throws {
    let loopback = try await Loopback({ $0.limits.bodyBytes = 10 }) { exchange in
      guard exchange.head.method != "GET" else {
        exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array("fine".utf8)))
        return
      }
      // Like a function whose argument is the body.
      BodyCollector.collect(exchange.body) { result in
        if case .success = result { exchange.respond(HTTPResponseHead(status: 200), body: nil) }
      }
    }
    let answer = await RawClient(port: loopback.server.port).exchange(
      "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
    try await Self.expectFine(loopback)
  }

  @Test func aBodyThatIsNoneIsRefused() async throws {
    let loopback = try await Loopback { exchange in
      BodyCollector.collect(exchange.body) { result in
        if case .success(let bytes) = result {
          exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(bytes.isEmpty ? Array("fine".utf8) : bytes))
        }
      }
    }
    let answer = await RawClient(port: loopback.server.port).exchange(
      "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
    try await Self.expectFine(loopback)
  }

  /// It leaves in the middle, sends what is no chunk, and sends too much: all of it after so much that somebody was asked.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("content-length: 10\r\n\r\nabc", ""),
      ("transfer-encoding: chunked\r\n\r\n11170\r\n\(String(repeating: "a", count: 70_000))\r\nnonsense\r\n", "400"),
      ("transfer-encoding: chunked\r\n\r\n30000\r\n\(String(repeating: "a", count: 196_608))\r\n", "413"),
    ])
  func whoWasAskedIsTold(of rest: String, status: String) async throws {
    let abandoned = AsyncStream<Void>.makeStream()
    let failed = AsyncStream<Void>.makeStream()
    let loopback = try await Loopback({ $0.limits.bodyBytes = 100_000 }) { exchange in
      guard exchange.head.method != "GET" else {
        exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array("fine".utf8)))
        return
      }
      exchange.onAbandoned { abandoned.continuation.finish() }
      BodyCollector.collect(exchange.body) { result in
        if case .failure = result { failed.continuation.finish() }
      }
    }
    let answer = await RawClient(port: loopback.server.port).exchange("POST / HTTP/1.1\r\nhost: a\r\n\(rest)")
    for await _ in abandoned.stream {}
    for await _ in failed.stream {}
    #expect(status.isEmpty || answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
    try await Self.expectFine(loopback)
  }

  /// Answered on the event loop, at once: each answer brings on the next request.
  @Test(arguments: [false, true])
  func requestsAheadAreAnsweredInOrder(endsAfterwards: Bool) async throws {
    let loopback = try await Loopback { exchange in
      let content = Array("[\(exchange.head.path)]".utf8)
      guard endsAfterwards else {
        exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(content))
        return
      }
      let body = HTTPBody()
      exchange.respond(HTTPResponseHead(status: 200), body: body)
      body.append(content)
      body.finish()
    }
    let text = (0..<3000).map { "GET /\($0) HTTP/1.1\r\nhost: a\r\n\r\n" }.joined()
    let answer = await RawClient(port: loopback.server.port).exchange(
      text + "GET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", keepsOpen: true)
    let bodies = answer.matches(of: /\[\/(\w+)\]/).map { String($0.1) }
    #expect(bodies == (0..<3000).map { "\($0)" } + ["last"])
    // The whole of a short answer is there when its head is written.
    #expect(!answer.contains("chunked"))
    await loopback.stop()
  }

  @Test func continueIsSaidToThoseWhoAsk() async throws {
    let loopback = try await Loopback { exchange in
      exchange.respond(HTTPResponseHead(status: 200), body: exchange.body)
    }
    let answer = await RawClient(port: loopback.server.port).exchange(
      "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-length: 2\r\n\r\nab",
      keepsOpen: true)
    #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\n"))
    #expect(answer.contains("HTTP/1.1 200 OK\r\n"))
    await loopback.stop()
  }

  @Test func connectionsOverTheLimitAreRefused() async throws {
    let loopback = try await Self.ok { $0.limits.connections = 1 }
    #expect(try await loopback.send(loopback.request()).get().text == "fine")
    // The client keeps its connection.
    #expect(await RawClient(port: loopback.server.port).exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n") == "")
    #expect(try await loopback.send(loopback.request()).get().text == "fine")
    await loopback.stop()
  }
}
