import NIOHTTP2
import Synchronization
import Testing
import WippyCore

@testable import WippyHTTP

/// The client over HTTP/2, against this project's server.
@Suite struct HTTP2ClientTests {
  private static func loopback(
    http2: Bool = true, _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    answer: @escaping @Sendable (any HTTPExchange) -> Void
  ) async throws -> Loopback {
    try await Loopback(
      {
        $0.tls = TLSFixture.files
        $0.isHTTP2 = http2
        change(&$0)
      }, trustsFixture: true, answer: answer)
  }

  private static func request(
    _ loopback: Loopback, _ method: String = "GET", _ path: String = "/", body: HTTPBody? = nil,
    fields: [HTTPField] = []
  ) -> HTTPClientRequest {
    var request = loopback.request(method, path, fields: fields, body: body)
    request.head.scheme = "https"
    request.head.authority = "localhost:\(loopback.server.port)"
    return request
  }

  @Test func manyRequestsShareOneConnection() async throws {
    // Held until all are there: each is a stream of its own.
    let held = Mutex<[any HTTPExchange]>([])
    let loopback = try await Self.loopback { exchange in
      let all = held.withLock { held in
        held.append(exchange)
        return held.count == 90 ? held : []
      }
      for exchange in all {
        exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array(exchange.head.path.utf8)))
      }
    }
    let answers = await withTaskGroup(of: String?.self) { group in
      for number in 0..<90 {
        group.addTask { try? await loopback.send(Self.request(loopback, "GET", "/\(number)")).get().text }
      }
      return await group.reduce(into: Set<String?>()) { $0.insert($1) }
    }
    #expect(answers == Set((0..<90).map { "/\($0)" }))
    #expect(loopback.server.connectionCount == 1)
    await loopback.stop()
  }

  @Test func moreThanOneConnectionAllows() async throws {
    let held = Mutex<[any HTTPExchange]>([])
    // The server allows 100 streams a connection.
    let loopback = try await Self.loopback { exchange in
      let all = held.withLock { held in
        held.append(exchange)
        return held.count == 250 ? held : []
      }
      for exchange in all { exchange.respond(HTTPResponseHead(status: 200), body: nil) }
    }
    let good = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<250 {
        group.addTask { (try? await loopback.send(Self.request(loopback)).get().head.status) == 200 }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(good == 250)
    #expect(loopback.server.connectionCount == 3)
    await loopback.stop()
  }

  @Test func bodiesStreamBothWaysWithTrailers() async throws {
    let loopback = try await Self.loopback { exchange in
      exchange.respond(HTTPResponseHead(status: 200, fields: [HTTPField("x-a", "b")]), body: exchange.body)
    }
    let body = HTTPBody()
    let size = 3 << 20
    let sender = Task {
      let part = [UInt8](repeating: 42, count: 16 << 10)
      var sent = 0
      while sent < size {
        while body.room < part.count { await Task.yield() }
        part.withUnsafeBytes { _ = body.append($0) }
        sent += part.count
      }
      body.finish(trailers: [HTTPField("x-sent", "all")])
    }
    let answer = try await loopback.send(Self.request(loopback, "POST", body: body)).get()
    await sender.value
    #expect(answer.bytes.count == size)
    #expect(answer.bytes.allSatisfy { $0 == 42 })
    #expect(answer.end == .finished(trailers: [HTTPField("x-sent", "all")]))
    #expect(answer.head.fields.first(named: "x-a")?.text == "b")
    #expect(answer.head.fields.first(named: "transfer-encoding") == nil)
    await loopback.stop()
  }

  /// A stream that nobody reads is bounded by its window, and holds up none of the others.
  @Test func aSlowReaderHoldsUpNobody() async throws {
    let written = Mutex(0)
    let loopback = try await Self.loopback { exchange in
      guard exchange.head.path == "/large" else {
        return _ = exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array("small".utf8)))
      }
      let body = HTTPBody()
      @Sendable func fill() {
        while body.room > 0, written.withLock({ $0 }) < 4 << 20 {
          [UInt8](repeating: 1, count: 16 << 10).withUnsafeBytes { _ = body.append($0) }
          written.withLock { $0 += 16 << 10 }
        }
        if written.withLock({ $0 }) >= 4 << 20 { body.finish() }
      }
      body.observeWriting { fill() }
      fill()
      exchange.respond(HTTPResponseHead(status: 200), body: body)
    }
    let result: Result<HTTPClientResponse, HTTPFailure> = await withCheckedContinuation { continuation in
      _ = loopback.client.send(Self.request(loopback, "GET", "/large")) { continuation.resume(returning: $0) }
    }
    let large = try result.get()
    for _ in 0..<20 {
      #expect(try await loopback.send(Self.request(loopback, "GET", "/small")).get().text == "small")
    }
    // The client's body and window, and what lies in the server's body and the sockets between.
    #expect(written.withLock { $0 } < 2 << 20)
    #expect(loopback.server.connectionCount == 1)
    let (bytes, end) = await large.body.collect()
    #expect(bytes.count == 4 << 20)
    #expect(end == .finished(trailers: []))
    await loopback.stop()
  }

  @Test func cancellingResetsTheStreamAlone() async throws {
    let abandoned = AsyncStream<Void>.makeStream()
    let loopback = try await Self.loopback { exchange in
      guard exchange.head.path == "/held" else {
        return _ = exchange.respond(HTTPResponseHead(status: 200), body: nil)
      }
      exchange.onAbandoned { abandoned.continuation.finish() }
      abandoned.continuation.yield()
    }
    let call = loopback.client.send(Self.request(loopback, "GET", "/held")) { _ in }
    var signals = abandoned.stream.makeAsyncIterator()
    _ = await signals.next()
    call.cancel()
    #expect(await signals.next() == nil)
    #expect(try await loopback.send(Self.request(loopback)).get().head.status == 200)
    #expect(loopback.server.connectionCount == 1)
    await loopback.stop()
  }

  @Test func stoppingEndsIdleConnections() async throws {
    let loopback = try await Self.loopback { $0.respond(HTTPResponseHead(status: 200), body: nil) }
    #expect(try await loopback.send(Self.request(loopback)).get().head.status == 200)
    // The client keeps its connection, and is told.
    #expect(await loopback.server.stop(graceMilliseconds: 60_000) == 0)
    await loopback.loops.stop()
  }

  @Test func stoppingLetsStreamsEnd() async throws {
    let held = Mutex<(any HTTPExchange)?>(nil)
    let arrived = AsyncStream<Void>.makeStream()
    let loopback = try await Self.loopback { exchange in
      held.withLock { $0 = exchange }
      arrived.continuation.yield()
    }
    async let answer = loopback.send(Self.request(loopback))
    var arrivals = arrived.stream.makeAsyncIterator()
    _ = await arrivals.next()
    async let closed = loopback.server.stop(graceMilliseconds: 60_000)
    held.withLock { $0 }?.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array("late".utf8)))
    #expect(try await answer.get().text == "late")
    #expect(await closed == 0)
    await loopback.loops.stop()
  }

  @Test func limitsOfTheServer() async throws {
    let loopback = try await Self.loopback({
      $0.limits.bodyBytes = 10
      $0.limits.headerBytes = 1000
    }) { exchange in
      exchange.respond(HTTPResponseHead(status: 200), body: exchange.body)
    }
    let announced = Self.request(loopback, "POST", body: HTTPBody([UInt8](repeating: 1, count: 11)))
    #expect(try await loopback.send(announced).get().head.status == 413)
    let large = [HTTPField("x-large", String(repeating: "a", count: 5000))]
    guard case .failure = await loopback.send(Self.request(loopback, "POST", fields: large)) else {
      Issue.record("the fields were taken")
      return
    }
    // And the service goes on.
    #expect(try await loopback.send(Self.request(loopback)).get().head.status == 200)
    await loopback.stop()
  }

  @Test func aServerWithoutHTTP2() async throws {
    let loopback = try await Self.loopback(http2: false) { exchange in
      exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array(exchange.head.path.utf8)))
    }
    let good = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<10 {
        group.addTask {
          (try? await loopback.send(Self.request(loopback, "GET", "/\(number)")).get().text) == "/\(number)"
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(good == 10)
    await loopback.stop()
  }

  @Test func headResponsesHaveALengthAndNoBody() async throws {
    let loopback = try await Self.loopback { exchange in
      exchange.respond(HTTPResponseHead(status: 200, fields: [HTTPField("content-length", "1000")]), body: nil)
    }
    let answer = try await loopback.send(Self.request(loopback, "HEAD")).get()
    #expect(answer.head.fields.contentLength == 1000)
    #expect(answer.end == .finished(trailers: []))
    await loopback.stop()
  }

  @Test func aPooledConnectionIsUsedOnlyWhereItsAddressIsAllowed() async throws {
    let loopback = try await Self.loopback { $0.respond(HTTPResponseHead(status: 200), body: nil) }
    #expect(try await loopback.send(Self.request(loopback)).get().head.status == 200)
    var denied = Self.request(loopback)
    denied.mayConnect = { _, _, _ in false }
    #expect(await loopback.send(denied) == .failure(HTTPFailure(.destinationIPProhibited)))
    #expect(try await loopback.send(Self.request(loopback)).get().head.status == 200)
    #expect(loopback.server.connectionCount == 1)
    await loopback.stop()
  }

  @Test func fieldsOfHTTP1AreLeftOut() async throws {
    let loopback = try await Self.loopback { exchange in
      let names = exchange.head.fields.map(\.name).sorted().joined(separator: " ")
      exchange.respond(HTTPResponseHead(status: 200), body: HTTPBody(Array(names.utf8)))
    }
    let fields = [
      HTTPField("TE", "gzip"), HTTPField("Keep-Alive", "1"), HTTPField("X-Upper", "1"),
      HTTPField("Proxy-Connection", "x"),
    ]
    let answer = try await loopback.send(Self.request(loopback, fields: fields)).get()
    #expect(answer.text == "host x-upper")
    await loopback.stop()
  }

  @Test func whatOneRequestAsksOfTLS() async throws {
    let loopback = try await Loopback({ $0.tls = TLSFixture.files }) { exchange in
      exchange.respond(HTTPResponseHead(status: 200), body: nil)
    }
    var request = Self.request(loopback)
    #expect(await loopback.send(request) == .failure(HTTPFailure(.tlsCertificateError)))
    request.tls = HTTPClientTLS()
    request.tls?.isUnverified = true
    #expect(try await loopback.send(request).get().head.status == 200)
    // Its connection is not for the others.
    #expect(await loopback.send(Self.request(loopback)) == .failure(HTTPFailure(.tlsCertificateError)))
    request.tls = HTTPClientTLS()
    request.tls?.trustRoots = try TLSFixture.text(TLSFixture.files.certificate)
    #expect(try await loopback.send(request).get().head.status == 200)
    request.tls?.serverName = "elsewhere.example"
    let mismatch = await loopback.send(request)
    #expect(mismatch == .failure(HTTPFailure(.tlsCertificateError)))
    // By an address there is no name to check.
    request.head.authority = loopback.authority
    request.tls?.serverName = nil
    #expect(try await loopback.send(request).get().head.status == 200)
    request.tls?.trustRoots = "nonsense"
    #expect(await loopback.send(request) == .failure(HTTPFailure(.configurationError)))
    await loopback.stop()
  }
}
