import Glibc
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import WippyCore

/// Listens on one address, and hands requests to a handler.
package final class HTTPServer: HTTPServing {
  private let core: ServerCore
  private let listener: any Channel

  private init(_ core: ServerCore, _ listener: any Channel) {
    self.core = core
    self.listener = listener
  }

  /// The port that it listens on.
  package var port: UInt16 { UInt16(clamping: listener.localAddress?.port ?? 0) }
  package var connectionCount: Int { core.openConnections.count }

  /// One read fills a body at most.
  private static let receiveAllocator =
    AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2048, maximum: HTTPBody.capacity)

  /// Begins to listen. `completion` is called once, on any thread and perhaps before this returns.
  package static func start(
    _ configuration: HTTPServerConfiguration, on loops: EventLoops, handler: any HTTPRequestHandler,
    _ completion: @escaping @Sendable (Result<HTTPServer, HTTPServerError>) -> Void
  ) {
    let core = ServerCore(configuration, handler: handler)
    let tls: NIOSSLContext?
    do throws(HTTPServerError) {
      tls = try tlsContext(configuration)
    } catch {
      return completion(.failure(error))
    }
    let bootstrap = ServerBootstrap(group: loops.group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.recvAllocator, value: HTTPServer.receiveAllocator)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        guard core.add(channel) else { return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported) }
        return channel.eventLoop.makeCompletedFuture { try Pipelines(core, tls).configure(channel) }
      }
    let host = configuration.host.isEmpty ? "0.0.0.0" : configuration.host
    bootstrap.bind(host: host, port: Int(configuration.port)).whenComplete { result in
      completion(
        result.map { HTTPServer(core, $0) }.mapError { error in
          let text = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
          return .address("\(configuration.host):\(configuration.port)", reason: text)
        })
    }
  }

  private static func tlsContext(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) -> NIOSSLContext? {
    guard let files = configuration.tls else { return nil }
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { NIOSSLCertificateSource.certificate($0) }
      let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
      var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
      tls.applicationProtocols = configuration.isHTTP2 ? ["h2", "http/1.1"] : ["http/1.1"]
      return try NIOSSLContext(configuration: tls)
    } catch {
      throw .tls("\(files.certificate), \(files.key): \(error)")
    }
  }

  /// Takes no more connections, lets requests end, and closes what is left after the grace time.
  package func stop(graceMilliseconds: UInt64, _ completion: @escaping @Sendable (Int) -> Void) {
    let (core, loop) = (core, listener.eventLoop)
    listener.close(promise: nil)
    listener.closeFuture.whenComplete { _ in
      let open = core.openConnections
      for channel in open { channel.pipeline.fireUserInboundEventTriggered(DrainEvent()) }
      let closed = NIOLoopBoundBox(0, eventLoop: loop)
      let timer = loop.scheduleTask(in: .milliseconds(Int64(clamping: min(graceMilliseconds, 1 << 40)))) {
        let left = core.openConnections
        closed.value = left.count
        for channel in left { channel.close(promise: nil) }
      }
      EventLoopFuture.andAllComplete(open.map { $0.closeFuture.hop(to: loop) }, on: loop).whenComplete { _ in
        timer.cancel()
        completion(closed.value)
      }
    }
  }
}

/// The handlers of a connection.
struct Pipelines {
  private let core: ServerCore
  private let tls: NIOSSLContext?

  init(_ core: ServerCore, _ tls: NIOSSLContext?) {
    self.core = core
    self.tls = tls
  }

  func configure(_ channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    let clock = ConnectionClock(core.configuration.timeouts)
    guard let tls else { return try configureHTTP1(channel, clock) }
    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
    let core = core
    let bound = NIOLoopBound(clock, eventLoop: channel.eventLoop)
    let limit = TimeAmount.nanoseconds(Int64(clamping: min(core.configuration.timeouts.header, 1 << 60)))
    let handshake = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in handshake.cancel() }
    try pipeline.addHandler(
      ProtocolChoice { channel, isHTTP2 in
        handshake.cancel()
        let pipelines = Pipelines(core, tls)
        if isHTTP2 {
          try pipelines.configureHTTP2(channel)
        } else {
          try pipelines.configureHTTP1(channel, bound.value)
        }
      })
  }

  private func configureHTTP1(_ channel: any Channel, _ clock: ConnectionClock) throws {
    let pipeline = channel.pipeline.syncOperations
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderListSize = core.configuration.limits.headerBytes
    limits.maxHeaderFieldSize = core.configuration.limits.headerBytes
    try pipeline.addHandler(clock)
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(
      ByteToMessageHandler(
        HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)))
    let round = core.round(of: channel.eventLoop)
    try pipeline.addHandler(ServerHandler(core, round: round, isSecure: tls != nil, clock: clock))
  }

  private func configureHTTP2(_ channel: any Channel) throws {
    let core = core
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: 100),
      HTTP2Setting(parameter: .maxHeaderListSize, value: core.configuration.limits.headerBytes),
    ]
    let streams = StreamClock(idle: core.configuration.timeouts.idle)
    streams.begin(channel)
    let bound = NIOLoopBound(streams, eventLoop: channel.eventLoop)
    let round = NIOLoopBound(core.round(of: channel.eventLoop), eventLoop: channel.eventLoop)
    _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
      mode: .server, connectionConfiguration: connection, streamConfiguration: .init()
    ) { stream in
      stream.eventLoop.makeCompletedFuture {
        try stream.syncOptions?.setOption(.autoRead, value: false)
        bound.value.add(stream)
        let clock = ConnectionClock(core.configuration.timeouts)
        try stream.pipeline.syncOperations.addHandler(clock)
        try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
        try stream.pipeline.syncOperations.addHandler(
          ServerHandler(core, round: round.value, isSecure: true, isMultiplexed: true, clock: clock))
      }
    }
    try channel.pipeline.syncOperations.addHandler(StreamDrain(streams))
    // The frames are read as they come: what a stream's reader does not take is bounded by its window.
    try channel.syncOptions?.setOption(.autoRead, value: true)
  }
}
