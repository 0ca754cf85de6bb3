import NIOCore
import NIOHTTP1
import NIOHTTP2
import WippyCore

/// A connection of HTTP/2: each request is a stream of its own. Belongs to the event loop of its channel.
final class MultiplexedConnection: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame

  /// Streams at once where the server names no bound.
  private static let mostStreams = 1024
  /// A connection has so many names for streams, and no more.
  private static let mostBegun = 1 << 29

  /// The server's settings have come: requests can be sent.
  var onReady: ((MultiplexedConnection) -> Void)?
  /// The connection has ended.
  var onClosed: ((MultiplexedConnection) -> Void)?
  let remoteAddress: String
  /// Why it has ended, where that is known.
  private(set) var failure: HTTPFailure?

  private let channel: any Channel
  private let configuration: ClientConfiguration
  private var multiplexer: NIOHTTP2Handler.StreamMultiplexer?
  private var streams: [ObjectIdentifier: ClientExchangeHandler] = [:]
  private var begun = 0
  /// As the server allows; `nil` before it has said so.
  private var allowed: Int?
  /// No more requests may be sent here.
  private var isDraining = false
  private var isClosed = false
  /// The last stream that the server looks at, when it has said so.
  private var lastSeen: HTTP2StreamID?
  private var idleTimer: Scheduled<Void>?

  /// Makes a channel whose TLS is there one of HTTP/2.
  init(on channel: any Channel, address: String, _ configuration: ClientConfiguration) throws {
    self.channel = channel
    self.configuration = configuration
    remoteAddress = address
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .enablePush, value: 0),
      HTTP2Setting(parameter: .maxHeaderListSize, value: configuration.mostHeaderBytes),
    ]
    // One stream whose reader is slow holds up none of the others.
    connection.targetWindowSize = 1 << 20
    var stream = NIOHTTP2Handler.StreamConfiguration()
    stream.outboundBufferSizeHighWatermark = HTTPBody.capacity
    stream.outboundBufferSizeLowWatermark = HTTPBody.capacity / 2
    let handler = NIOHTTP2Handler(
      mode: .client, eventLoop: channel.eventLoop, connectionConfiguration: connection, streamConfiguration: stream
    ) { stream in stream.eventLoop.makeFailedFuture(HTTPFailure(.protocolError)) }
    try channel.pipeline.syncOperations.addHandlers([handler, self])
    multiplexer = try handler.syncMultiplexer()
    // Frames are read as they come: what a stream's reader does not take is bounded by its window.
    try channel.syncOptions?.setOption(.autoRead, value: true)
  }

  /// The requests that can be sent now.
  var room: Int {
    guard !isDraining, !isClosed, channel.isActive, let allowed else { return 0 }
    return max(0, allowed - streams.count)
  }

  var streamCount: Int { streams.count }

  // MARK: Streams

  /// Sends a request; there is room for it.
  func start(_ call: ClientCall, onFailure: @escaping ClientExchangeHandler.OnFailure) {
    idleTimer?.cancel()
    idleTimer = nil
    begun += 1
    if begun >= MultiplexedConnection.mostBegun { isDraining = true }
    let handler = ClientExchangeHandler(configuration, isStream: true)
    handler.remoteAddress = remoteAddress
    handler.onSilence = { [weak self] in self?.isDraining = true }
    handler.isUnseen = { [weak self] stream in self?.lastSeen.map { stream > $0 } ?? false }
    handler.connectionFailure = { [weak self] in self?.failure }
    streams[ObjectIdentifier(handler)] = handler
    let opened = channel.eventLoop.makePromise(of: (any Channel).self)
    let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    multiplexer?.createStreamChannel(promise: opened) { stream in
      stream.eventLoop.makeCompletedFuture {
        try stream.syncOptions?.setOption(.autoRead, value: false)
        try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https))
        try stream.pipeline.syncOperations.addHandler(bound.value)
      }
    }
    opened.futureResult.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let stream):
        stream.closeFuture.assumeIsolated().whenComplete { _ in self.ended(handler) }
        handler.start(call, onFailure: onFailure)
      case .failure(let error):
        self.ended(handler)
        onFailure(HTTPFailure(error), true)
      }
    }
  }

  private func ended(_ handler: ClientExchangeHandler) {
    streams[ObjectIdentifier(handler)] = nil
    closeWhenIdle()
  }

  /// Where it has no stream: soon, or at once when none may follow.
  func closeWhenIdle() {
    guard streams.isEmpty, !isClosed else { return }
    guard !isDraining else { return close() }
    idleTimer?.cancel()
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    idleTimer = channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(clamping: configuration.idleTimeout))) {
      bound.value.close()
    }
  }

  /// Closes it when its last stream has ended.
  func drain() {
    isDraining = true
    if streams.isEmpty { close() }
  }

  func close() {
    guard !isClosed else { return }
    isDraining = true
    channel.close(promise: nil)
  }

  // MARK: The connection's own frames

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data).payload {
    case .settings(.settings(let settings)):
      if let limit = settings.last(where: { $0.parameter == .maxConcurrentStreams }) {
        allowed = min(limit.value, MultiplexedConnection.mostStreams)
      } else if allowed == nil {
        allowed = MultiplexedConnection.mostStreams
      }
      onReady.take()?(self)
    case .goAway(let last, let code, _):
      lastSeen = last
      if code != .noError { failure = HTTPFailure(http2: code) }
      drain()
    default: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What concerns one stream is told to that stream as well.
    guard !error.isOfOneStream else { return }
    let failure = HTTPFailure(error)
    self.failure = self.failure ?? failure
    for stream in streams.values { stream.fail(failure) }
    close()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    idleTimer?.cancel()
    onReady = nil
    onClosed.take()?(self)
    context.fireChannelInactive()
  }
}
