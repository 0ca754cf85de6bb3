import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import Testing
import WippyCore

@testable import WippyHTTP

@Suite struct TLSTests {
  private static func loopback(trusts: Bool = true, http2: Bool = true) async throws -> Loopback {
    try await Loopback(
      {
        $0.tls = TLSFixture.files
        $0.isHTTP2 = http2
      }, trustsFixture: trusts
    ) { exchange in
      let text = "\(exchange.head.scheme) \(exchange.head.method) \(exchange.head.path) \(exchange.head.authority)"
      BodyCollector.collect(exchange.body) { result in
        let count = (try? result.get().count) ?? -1
        exchange.respond(
          HTTPResponseHead(status: 200, fields: [HTTPField("x-a", "b")]), body: HTTPBody(Array("\(text) \(count)".utf8))
        )
      }
    }
  }

  private static func secure(_ loopback: Loopback, _ name: String = "localhost") -> HTTPClientRequest {
    var request = loopback.request("POST", "/a", body: HTTPBody([1, 2, 3]))
    request.head.scheme = "https"
    request.head.authority = "\(name):\(loopback.server.port)"
    return request
  }

  @Test func requestsOverTLS() async throws {
    let loopback = try await Self.loopback()
    let answer = try await loopback.send(Self.secure(loopback)).get()
    #expect(answer.text == "https POST /a localhost:\(loopback.server.port) 3")
    // By its address as well: the certificate has that too.
    #expect(try await loopback.send(Self.secure(loopback, "127.0.0.1")).get().head.status == 200)
    await loopback.stop()
  }

  @Test func certificatesThatNobodyKnows() async throws {
    let loopback = try await Self.loopback(trusts: false)
    #expect(await loopback.send(Self.secure(loopback)) == .failure(HTTPFailure(.tlsCertificateError)))
    await loopback.stop()
  }

  @Test func aServerWithoutTLS() async throws {
    let loopback = try await Loopback { $0.respond(HTTPResponseHead(status: 200), body: nil) }
    guard case .failure(let failure) = await loopback.send(Self.secure(loopback)) else {
      Issue.record("there was a response")
      return
    }
    #expect([.tlsProtocolError, .connectionTerminated].contains(failure.code))
    await loopback.stop()
  }

  @Test func aCertificateThatIsNone() async throws {
    await #expect(throws: HTTPServerError.self) {
      try await Loopback({ $0.tls = .init(certificate: #filePath, key: #filePath) }) { _ in }
    }
  }

  @Test func requestsOverHTTP2() async throws {
    let loopback = try await Self.loopback()
    let client = HTTP2Client(port: loopback.server.port)
    for number in 0..<3 {
      let (headers, text) = try await client.send("/\(number)", body: 5)
      #expect(headers.first(name: ":status") == "200")
      #expect(headers.first(name: "x-a") == "b")
      #expect(headers.first(name: "transfer-encoding") == nil)
      #expect(text == "https POST /\(number) localhost 5")
    }
    await loopback.stop()
  }
}

/// Sends one request on a connection of its own.
private struct HTTP2Client {
  let port: UInt16

  func send(_ path: String, body: Int) async throws -> (HPACKHeaders, String) {
    let group = MultiThreadedEventLoopGroup.singleton
    let promise = group.next().makePromise(of: (HPACKHeaders, String).self)
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.additionalTrustRoots = [.file(TLSFixture.files.certificate)]
    tls.applicationProtocols = ["h2"]
    let context = try NIOSSLContext(configuration: tls)
    let channel = try await ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            try NIOSSLClientHandler(context: context, serverHostname: "localhost"))
          _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .client, connectionConfiguration: .init(), streamConfiguration: .init(),
            inboundStreamInitializer: { $0.eventLoop.makeSucceededVoidFuture() })
        }
      }.connect(host: "127.0.0.1", port: Int(port)).get()
    let multiplexer = try await channel.pipeline.handler(type: NIOHTTP2Handler.self).flatMap { $0.multiplexer }.get()
    multiplexer.createStreamChannel(promise: nil) { stream in
      stream.eventLoop.makeCompletedFuture {
        try stream.pipeline.syncOperations.addHandler(StreamHandler(path, body, promise))
      }
    }
    let answer = try await promise.futureResult.get()
    try await channel.close()
    return answer
  }

  private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let path: String
    private let body: Int
    private let promise: EventLoopPromise<(HPACKHeaders, String)>
    private var headers = HPACKHeaders()
    private var text = ""

    init(_ path: String, _ body: Int, _ promise: EventLoopPromise<(HPACKHeaders, String)>) {
      self.path = path
      self.body = body
      self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
      let headers: HPACKHeaders = [":method": "POST", ":path": path, ":scheme": "https", ":authority": "localhost"]
      context.write(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
      let bytes = ByteBuffer(repeating: 1, count: body)
      context.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(bytes), endStream: true))), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .headers(let frame):
        headers = frame.headers
        if frame.endStream { promise.succeed((headers, text)) }
      case .data(let frame):
        if case .byteBuffer(let buffer) = frame.data { text += String(buffer: buffer) }
        if frame.endStream { promise.succeed((headers, text)) }
      default: break
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
  }
}
