import Dispatch
import Synchronization
import Testing
import WippyCore

@testable import WippyHTTP

/// Client and server against each other, on real connections.
@Suite struct ExchangeTests {
  private static func ok(_ text: String) -> (HTTPResponseHead, HTTPBody) {
    (HTTPResponseHead(status: 200, fields: [HTTPField("content-type", "text/plain")]), HTTPBody(Array(text.utf8)))
  }

  @Test func aRequestAndItsResponse() async throws {
    let loopback = try await Loopback { exchange in
      let (head, body) = Self.ok("\(exchange.head.method) \(exchange.head.path) \(exchange.head.scheme)")
      exchange.respond(head, body: body)
    }
    let answer = try await loopback.send(loopback.request("PURGE", "/a?b=c")).get()
    #expect(answer.head.status == 200)
    #expect(answer.text == "PURGE /a?b=c http")
    #expect(answer.head.fields.contentLength == 17)
    #expect(answer.end == .finished(trailers: []))
    await loopback.stop()
  }

  @Test func bodiesStreamBothWays() async throws {
    let loopback = try await Loopback { exchange in
      // What comes in goes out, as it comes.
      exchange.respond(HTTPResponseHead(status: 200), body: exchange.body)
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
    let answer = try await loopback.send(loopback.request("POST", body: body)).get()
    await sender.value
    #expect(answer.bytes.count == size)
    #expect(answer.bytes.allSatisfy { $0 == 42 })
    #expect(answer.end == .finished(trailers: [HTTPField("x-sent", "all")]))
    await loopback.stop()
  }

  /// Whoever answers on the event loop may go on there: a complete response is not kept back for that.
  @Test func aCompleteResponseDoesNotWait() async throws {
    let received = DispatchSemaphore(value: 0)
    let wasReceived = Mutex(false)
    let loopback = try await Loopback { exchange in
      let body = HTTPBody()
      exchange.respond(HTTPResponseHead(status: 200), body: body)
      body.append(Array("early".utf8))
      body.finish()
      wasReceived.withLock { $0 = received.wait(timeout: .now() + 30) == .success }
    }
    let answer = await RawClient(port: loopback.server.port).exchange(
      "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", keepsOpen: true)
    received.signal()
    #expect(answer.hasSuffix("early"), "\(answer)")
    await loopback.stop()
    #expect(wasReceived.withLock { $0 })
  }

  @Test func connectionsAreUsedAgain() async throws {
    let loopback = try await Loopback { exchange in
      let (head, body) = Self.ok("x")
      exchange.respond(head, body: body)
    }
    for _ in 0..<5 { _ = try await loopback.send(loopback.request()).get() }
    #expect(loopback.server.connectionCount == 1)
    await loopback.stop()
  }

  @Test func addressesAreAskedFor() async throws {
    let loopback = try await Loopback { $0.respond(HTTPResponseHead(status: 200), body: nil) }
    let asked = Mutex<[String]>([])
    let allowed = loopback.request { address, port, name in
      asked.withLock { $0.append("\(address) \(port == 0) \(name)") }
      return true
    }
    _ = try await loopback.send(allowed).get()
    #expect(asked.withLock { $0 } == ["127.0.0.1 false 127.0.0.1"])
    // The connection is there, and still of no use to a process that may not have it.
    let denied = await loopback.send(loopback.request { _, _, _ in false })
    #expect(denied == .failure(HTTPFailure(.destinationIPProhibited)))
    await loopback.stop()
  }

  @Test func namesAreLookedUp() async throws {
    let loopback = try await Loopback { exchange in
      let (head, body) = Self.ok(exchange.head.authority)
      exchange.respond(head, body: body)
    }
    var request = loopback.request()
    request.head.authority = "LOCALHOST:\(loopback.server.port)"
    #expect(try await loopback.send(request).get().text == request.head.authority)
    request.head.authority = "nobody.example:80"
    #expect(await loopback.send(request) == .failure(HTTPFailure(.dnsError)))
    await loopback.stop()
  }

  @Test func refusedConnections() async throws {
    let loopback = try await Loopback { $0.respond(HTTPResponseHead(status: 200), body: nil) }
    let request = loopback.request()
    await loopback.server.stop(graceMilliseconds: 0)
    #expect(await loopback.send(request) == .failure(HTTPFailure(.connectionRefused)))
    await loopback.loops.stop()
  }

  @Test func aServerThatSaysNothing() async throws {
    let loopback = try await Loopback { _ in }
    var request = loopback.request()
    request.firstByteTimeout = 20_000_000
    #expect(await loopback.send(request) == .failure(HTTPFailure(.connectionReadTimeout)))
    await loopback.stop()
  }

  @Test func aServerThatStopsInTheMiddle() async throws {
    let loopback = try await Loopback { exchange in
      let body = HTTPBody()
      [1, 2, 3].withUnsafeBytes { _ = body.append($0) }
      exchange.respond(HTTPResponseHead(status: 200), body: body)
    }
    var request = loopback.request()
    request.betweenBytesTimeout = 20_000_000
    let answer = try await loopback.send(request).get()
    #expect(answer.end == .failed(HTTPFailure(.connectionReadTimeout)))
    await loopback.stop()
  }

  @Test func aServerThatNeverGreets() async throws {
    // It waits for a request, and the client for the greeting of TLS.
    let silent = try SilentListener()
    let loopback = try await Loopback { _ in }
    var request = loopback.request()
    request.head.scheme = "https"
    request.head.authority = "127.0.0.1:\(silent.port)"
    request.connectTimeout = 20_000_000
    #expect(await loopback.send(request) == .failure(HTTPFailure(.connectionTimeout)))
    await loopback.stop()
  }

  /// What nobody reads stays with its writer, but for what the sockets hold.
  @Test func aSlowReaderHoldsUpTheWriter() async throws {
    let written = Mutex(0)
    let records = AsyncStream<HTTPAccessRecord>.makeStream()
    let loopback = try await Loopback({
      $0.timeouts.write = 50_000_000
      $0.onResponse = { records.continuation.yield($0) }
    }) { exchange in
      let body = HTTPBody()
      @Sendable func fill() {
        while body.room > 0, !body.isReaderGone {
          [UInt8](repeating: 1, count: 16 << 10).withUnsafeBytes { _ = body.append($0) }
          written.withLock { $0 += 16 << 10 }
        }
      }
      body.observeWriting { fill() }
      fill()
      exchange.respond(HTTPResponseHead(status: 200), body: body)
    }
    let result: Result<HTTPClientResponse, HTTPFailure> = await withCheckedContinuation { continuation in
      _ = loopback.client.send(loopback.request()) { continuation.resume(returning: $0) }
    }
    let response = try result.get()
    // The client takes nothing: the server waits for it no longer than it may.
    var iterator = records.stream.makeAsyncIterator()
    let record = try #require(await iterator.next())
    #expect(!record.isComplete)
    #expect(written.withLock { $0 } < 64 << 20)
    response.body.stopReading()
    await loopback.stop()
  }

  @Test func cancelledRequestsAreAbandoned() async throws {
    let abandoned = AsyncStream<Void>.makeStream()
    let loopback = try await Loopback { exchange in
      exchange.onAbandoned { abandoned.continuation.finish() }
      abandoned.continuation.yield()
    }
    let call = loopback.client.send(loopback.request()) { _ in }
    var signals = abandoned.stream.makeAsyncIterator()
    _ = await signals.next()
    call.cancel()
    #expect(await signals.next() == nil)
    await loopback.stop()
  }

  @Test func bodiesOverTheLimit() async throws {
    let loopback = try await Loopback({ $0.limits.bodyBytes = 10 }) { exchange in
      exchange.respond(HTTPResponseHead(status: 200), body: exchange.body)
    }
    let announced = loopback.request("POST", body: HTTPBody([UInt8](repeating: 1, count: 11)))
    #expect(try await loopback.send(announced).get().head.status == 413)
    let allowed = loopback.request("POST", body: HTTPBody([UInt8](repeating: 1, count: 10)))
    #expect(try await loopback.send(allowed).get().bytes.count == 10)
    await loopback.stop()
  }

  @Test func headersOverTheLimit() async throws {
    let loopback = try await Loopback({ $0.limits.headerBytes = 1000 }) {
      $0.respond(HTTPResponseHead(status: 200), body: nil)
    }
    let large = loopback.request(fields: [HTTPField("x-large", String(repeating: "a", count: 2000))])
    #expect(try await loopback.send(large).get().head.status == 431)
    await loopback.stop()
  }

  @Test func responsesThatBreakTheirPromise() async throws {
    let loopback = try await Loopback { exchange in
      let body = HTTPBody()
      exchange.respond(HTTPResponseHead(status: 200, fields: [HTTPField("content-length", "10")]), body: body)
      [UInt8](repeating: 1, count: 5).withUnsafeBytes { _ = body.append($0) }
      body.finish()
    }
    let answer = try await loopback.send(loopback.request()).get()
    #expect(answer.head.status == 200)
    guard case .failed = answer.end else {
      Issue.record("the response counts as complete")
      return
    }
    await loopback.stop()
  }

  @Test func onlyTheFirstAnswerCounts() async throws {
    let second = Mutex<Bool?>(nil)
    let loopback = try await Loopback { exchange in
      let (head, body) = Self.ok("first")
      exchange.respond(head, body: body)
      let isTaken = exchange.respond(HTTPResponseHead(status: 500), body: nil)
      second.withLock { $0 = isTaken }
    }
    #expect(try await loopback.send(loopback.request()).get().text == "first")
    #expect(second.withLock { $0 } == false)
    await loopback.stop()
  }

  @Test func stoppingLetsRequestsEnd() async throws {
    let held = Mutex<(any HTTPExchange)?>(nil)
    let arrived = AsyncStream<Void>.makeStream()
    let loopback = try await Loopback { exchange in
      held.withLock { $0 = exchange }
      arrived.continuation.yield()
    }
    async let answer = loopback.send(loopback.request())
    var arrivals = arrived.stream.makeAsyncIterator()
    _ = await arrivals.next()
    async let closed = loopback.server.stop(graceMilliseconds: 10_000)
    let (head, body) = Self.ok("late")
    held.withLock { $0 }?.respond(head, body: body)
    #expect(try await answer.get().text == "late")
    #expect(await closed == 0)
    await loopback.loops.stop()
  }
}
