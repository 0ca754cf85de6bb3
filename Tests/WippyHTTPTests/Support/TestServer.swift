import WippyCore
import WippyTestKit

@testable import WippyHTTP

/// Answers with a closure, and keeps what it was asked.
final class ClosureHandler: HTTPRequestHandler {
  private let answer: @Sendable (any HTTPExchange) -> Void

  init(_ answer: @escaping @Sendable (any HTTPExchange) -> Void) {
    self.answer = answer
  }

  func handle(_ exchange: any HTTPExchange) { answer(exchange) }
}

/// A server and a client on loopback, for one test.
struct Loopback {
  let loops = EventLoops(count: 1)
  let server: HTTPServer
  let client: NIOClient

  init(
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in }, trustsFixture: Bool = false,
    answer: @escaping @Sendable (any HTTPExchange) -> Void
  ) async throws {
    var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
    change(&configuration)
    let (loops, handler) = (loops, ClosureHandler(answer))
    let started = await withCheckedContinuation { [configuration] continuation in
      HTTPServer.start(configuration, on: loops, handler: handler) { continuation.resume(returning: $0) }
    }
    server = try started.get()
    var clientConfiguration = ClientConfiguration { name, completion in
      completion(name == "localhost" ? .success(["127.0.0.1"]) : .failure(HTTPFailure(.dnsError)))
    }
    if trustsFixture { clientConfiguration.extraTrustRoots = [TLSFixture.files.certificate] }
    client = NIOClient(clientConfiguration, on: loops)
  }

  var authority: String { "127.0.0.1:\(server.port)" }

  func stop() async {
    client.close()
    await server.stop(graceMilliseconds: 1000)
    await loops.stop()
  }

  func request(
    _ method: String = "GET", _ path: String = "/", fields: [HTTPField] = [], body: HTTPBody? = nil,
    mayConnect: @escaping @Sendable (String, UInt16, String) -> Bool = { _, _, _ in true }
  ) -> HTTPClientRequest {
    HTTPClientRequest(
      HTTPRequestHead(method: method, scheme: "http", authority: authority, path: path, fields: fields), body: body,
      mayConnect: mayConnect)
  }

  func send(_ request: HTTPClientRequest) async -> Result<Answer, HTTPFailure> { await client.answer(to: request) }
}

extension NIOClient {
  /// Sends a request, and reads its response to the end.
  func answer(to request: HTTPClientRequest) async -> Result<Answer, HTTPFailure> {
    let result: Result<HTTPClientResponse, HTTPFailure> = await withCheckedContinuation { continuation in
      _ = send(request) { continuation.resume(returning: $0) }
    }
    switch result {
    case .failure(let failure): return .failure(failure)
    case .success(let response):
      let (bytes, end) = await response.body.collect()
      return .success(Answer(head: response.head, bytes: bytes, end: end))
    }
  }
}

struct Answer: Sendable, Hashable {
  var head: HTTPResponseHead
  var bytes: [UInt8]
  var end: HTTPBody.End

  var text: String { String(decoding: bytes, as: UTF8.self) }
}
