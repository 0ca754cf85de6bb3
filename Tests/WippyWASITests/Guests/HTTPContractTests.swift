import Testing
import WippyCore

@testable import WippyWASI

@Suite struct HTTPContractTests {
  private func environment(_ client: any HTTPClient) -> GuestEnvironment {
    var environment = GuestEnvironment(programName: "guest")
    environment.http = HTTPAccess(client: { client }, policy: .nothing, report: { _ in })
    return environment
  }

  @Test func whatNeedsNoServer() throws {
    let runner = try GuestRunner(
      "http_client", granted: GuestRunner.everything, environment: environment(FixedClient(.failure(.init(.protocolError)))))
    // The line of http_client.c with the check that fails.
    #expect(try runner.value("contracts") == .integer(0))
  }

  @Test func aResponseWithTrailers() throws {
    let body = HTTPBody(Array("hello".utf8), trailers: [HTTPField("x-end", "1")])
    let client = FixedClient(.success(HTTPClientResponse(HTTPResponseHead(status: 201), body: body)))
    let runner = try GuestRunner("http_client", granted: GuestRunner.everything, environment: environment(client))
    let value = try runner.value("fetch", Self.arguments(body: ""))
    #expect(value == .table([.init("ok", .array([.integer(201), .bytes(Array("hello\nx-end=1".utf8))]))]))
  }

  @Test func aRequestWithABody() throws {
    let client = FixedClient(.success(HTTPClientResponse(HTTPResponseHead(status: 200), body: HTTPBody([]))))
    let runner = try GuestRunner("http_client", granted: GuestRunner.everything, environment: environment(client))
    _ = try runner.value("fetch", Self.arguments(body: "content"))
    let request = try #require(client.request)
    #expect(request.head == HTTPRequestHead(method: "POST", scheme: "http", authority: "a.example", path: "/p?q"))
    #expect(request.firstByteTimeout == 5_000_000)
    #expect(request.body?.take() == .bytes(Array("content".utf8)))
    #expect(request.body?.take() == .end(.finished(trailers: [HTTPField("x-sent", "all")])))
    #expect(request.mayConnect("93.184.215.14", 80, "a.example"))
    #expect(!request.mayConnect("127.0.0.1", 80, "a.example"))
    #expect(!request.mayConnect("::ffff:10.0.0.1", 80, "a.example"))
  }

  @Test(arguments: HTTPFailure.Code.allCases)
  func everyErrorCode(_ code: HTTPFailure.Code) throws {
    let runner = try GuestRunner(
      "http_client", granted: GuestRunner.everything, environment: environment(FixedClient(.failure(HTTPFailure(code)))))
    let number = try #require(HTTPFailure.Code.allCases.firstIndex(of: code))
    #expect(
      try runner.value("fetch", Self.arguments(body: "")) == .table([.init("err", .integer(Int64(number)))]))
  }

  @Test func aBodyThatBreaksOff() throws {
    let body = HTTPBody()
    body.fail(HTTPFailure(.responseIncomplete))
    let client = FixedClient(.success(HTTPClientResponse(HTTPResponseHead(status: 200), body: body)))
    let runner = try GuestRunner("http_client", granted: GuestRunner.everything, environment: environment(client))
    let number = try #require(HTTPFailure.Code.allCases.firstIndex(of: .responseIncomplete))
    #expect(
      try runner.value("fetch", Self.arguments(body: "")) == .table([.init("err", .integer(Int64(1000 + number)))]))
  }

  private static func arguments(body: String) -> [Value] {
    [
      .string(body.isEmpty ? "GET" : "POST"), .string("a.example"), .string("/p?q"), .bytes(Array(body.utf8)),
      .integer(body.isEmpty ? 0 : 5),
    ]
  }
}
