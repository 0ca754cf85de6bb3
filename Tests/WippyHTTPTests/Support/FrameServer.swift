import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization
import WippyCore

@testable import WippyHTTP

/// A server of HTTP/2 that answers with frames of a test's choice, on a connection over TLS.
final class FrameServer: Sendable {
  /// What a test does with the frames of one connection.
  typealias Script = @Sendable (_ frame: HTTP2Frame, _ connection: Connection) -> Void

  /// Belongs to its event loop.
  final class Connection {
    /// From 1, in the order in which they came.
    let number: Int
    private let context: ChannelHandlerContext

    init(_ number: Int, _ context: ChannelHandlerContext) {
      self.number = number
      self.context = context
    }

    func send(_ stream: HTTP2StreamID, _ payload: HTTP2Frame.FramePayload) {
      context.writeAndFlush(NIOAny(HTTP2Frame(streamID: stream, payload: payload)), promise: nil)
    }

    func answer(_ stream: HTTP2StreamID, _ text: String = "", fields: HPACKHeaders = [:]) {
      var headers: HPACKHeaders = [":status": "200"]
      headers.add(contentsOf: fields)
      send(stream, .headers(.init(headers: headers)))
      send(stream, .data(.init(data: .byteBuffer(ByteBuffer(string: text)), endStream: true)))
    }

    func close() { context.close(promise: nil) }
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let script: Script
    private let number: Int
    private var connection: Connection?

    init(_ number: Int, _ script: @escaping Script) {
      self.number = number
      self.script = script
    }

    func handlerAdded(context: ChannelHandlerContext) { connection = Connection(number, context) }
    func handlerRemoved(context: ChannelHandlerContext) { connection = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      if let connection { script(unwrapInboundIn(data), connection) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
  }

  private let listener: any Channel
  private let count: Counter
  let loops = EventLoops(count: 1)
  let client: NIOClient

  private final class Counter: Sendable {
    let value = Mutex(0)
    func next() -> Int {
      value.withLock {
        $0 += 1
        return $0
      }
    }
  }

  /// - Parameter limit: `MAX_CONCURRENT_STREAMS`.
  init(limit: Int = 100, _ script: @escaping Script) async throws {
    let chain = try NIOSSLCertificate.fromPEMFile(TLSFixture.files.certificate).map {
      NIOSSLCertificateSource.certificate($0)
    }
    let key = try NIOSSLPrivateKey(file: TLSFixture.files.key, format: .pem)
    var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
    tls.applicationProtocols = ["h2"]
    let context = try NIOSSLContext(configuration: tls)
    let counter = Counter()
    count = counter
    listener = try await ServerBootstrap(group: loops.group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            NIOSSLServerHandler(context: context),
            NIOHTTP2Handler(
              mode: .server, initialSettings: [HTTP2Setting(parameter: .maxConcurrentStreams, value: limit)]),
            Handler(counter.next(), script),
          ])
        }
      }.bind(host: "127.0.0.1", port: 0).get()
    var configuration = ClientConfiguration { _, completion in completion(.success(["127.0.0.1"])) }
    configuration.extraTrustRoots = [TLSFixture.files.certificate]
    client = NIOClient(configuration, on: loops)
  }

  /// Connections that there have been.
  var connectionCount: Int { count.value.withLock { $0 } }

  func request(_ path: String = "/", _ method: String = "GET", body: HTTPBody? = nil) -> HTTPClientRequest {
    HTTPClientRequest(
      HTTPRequestHead(
        method: method, scheme: "https", authority: "localhost:\(listener.localAddress?.port ?? 0)", path: path),
      body: body, mayConnect: { _, _, _ in true })
  }

  func send(_ request: HTTPClientRequest) async -> Result<Answer, HTTPFailure> { await client.answer(to: request) }

  func stop() async {
    client.close()
    try? await listener.close()
    await loops.stop()
  }
}
