import NIOCore
import NIOHTTP1
import NIOHTTP2
import WippyCore

/// Sends one request after the other on a connection of HTTP/1.1, or one on a stream of HTTP/2, and gives each its
/// response.
///
/// Belongs to the event loop of its channel.
final class ClientExchangeHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// - Parameter mayRepeat: Whether the server has certainly not begun with the request.
  typealias OnFailure = (_ failure: HTTPFailure, _ mayRepeat: Bool) -> Void

  private struct Exchange {
    let call: ClientCall
    let onFailure: OnFailure
    var pump: BodyPump?
    var intake: BodyIntake?
    var isRequestSent = false
    var isKeptAlive = true
    var hasStarted = false
    /// When bytes last came.
    var lastBytes: NIODeadline
    var timer: Scheduled<Void>?

    /// Whether it changes nothing if the server does it twice.
    var isSafe: Bool { ["GET", "HEAD", "OPTIONS", "TRACE"].contains(call.request.head.method) }
  }

  /// The connection has no request; `false` when it is to be closed.
  var onIdle: ((ClientExchangeHandler, _ isReusable: Bool) -> Void)?
  /// The connection is there; called once.
  var onActive: (() -> Void)?
  /// The server has said nothing for so long that its connection may be dead.
  var onSilence: (() -> Void)?
  /// Whether the server has said that it has not looked at a stream.
  var isUnseen: ((HTTP2StreamID) -> Bool)?
  /// Why the connection of a stream has ended, where that is known.
  var connectionFailure: (() -> HTTPFailure?)?
  var remoteAddress = ""
  private(set) var context: ChannelHandlerContext?
  private let configuration: ClientConfiguration
  private let isStream: Bool
  private var exchange: Exchange?
  private var isClosed = false
  private var isReading = false

  init(_ configuration: ClientConfiguration, isStream: Bool = false) {
    self.configuration = configuration
    self.isStream = isStream
  }

  var isOpen: Bool { !isClosed && context?.channel.isActive == true }

  /// Sends a request; the connection has none.
  ///
  /// - Parameter onFailure: Called when the connection ends before the response begins.
  func start(_ call: ClientCall, onFailure: @escaping OnFailure) {
    guard let context, isOpen else { return onFailure(HTTPFailure(.connectionTerminated), true) }
    let loop = context.eventLoop
    let bound = NIOLoopBound(self, eventLoop: loop)
    exchange = Exchange(call: call, onFailure: onFailure, lastBytes: .now())
    call.onCancel { loop.execute { bound.value.cancelled(call) } }
    let body = call.request.body
    // A stream takes only what HTTP/2 allows, and says so here alone.
    let isWritten = isStream ? context.eventLoop.makePromise(of: Void.self) : nil
    isWritten?.futureResult.assumeIsolated().whenFailure { error in
      if self.exchange?.call === call { self.failed(by: error) }
    }
    context.write(wrapOutboundOut(.head(head(of: call.request))), promise: isWritten)
    armTimer(context, configuration.firstByteTimeout)
    guard let body else {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      exchange?.isRequestSent = true
      return
    }
    exchange?.pump = BodyPump(body, to: context.channel, resume: { bound.value.pump() }) { step in
      bound.value.send(step)
    }
    pump()
    context.flush()
  }

  private func head(of request: HTTPClientRequest) -> NIOHTTP1.HTTPRequestHead {
    var head = NIOHTTP1.HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: request.head.method), uri: request.head.path)
    head.headers = HTTPHeaders(request.head.fields)
    head.headers.replaceOrAdd(name: "host", value: request.head.authority)
    if isStream, head.headers.first(name: "te") != "trailers" { head.headers.remove(name: "te") }
    if !head.headers.contains(name: "content-length") {
      if let count = request.body.map({ $0.completeCount }) {
        if let count {
          head.headers.add(name: "content-length", value: "\(count)")
        } else if !isStream {
          head.headers.add(name: "transfer-encoding", value: "chunked")
        }
      } else if head.method == .POST || head.method == .PUT || head.method == .PATCH {
        head.headers.add(name: "content-length", value: "0")
      }
    }
    return head
  }

  // MARK: The request's body

  private func pump() {
    guard let pump = exchange?.pump, !pump.isRunning, let context else { return }
    pump.run()
    context.flush()
  }

  private func send(_ step: BodyPump.Step) {
    guard let context else { return }
    switch step {
    case .bytes(let buffer): context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    case .end(let trailers):
      context.write(wrapOutboundOut(.end(trailers.isEmpty ? nil : HTTPHeaders(trailers))), promise: nil)
      exchange?.isRequestSent = true
    case .failed(let failure): fail(failure)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    pump()
    context.fireChannelWritabilityChanged()
  }

  // MARK: The response

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { read(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    onActive = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    read(context)
    onActive.take()?()
  }

  /// One read is always under way, to hear of the connection's end; but not while nobody takes what it brings.
  private func read(_ context: ChannelHandlerContext) {
    guard !isReading, exchange?.intake?.isFull != true else { return }
    isReading = true
    context.read()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    read(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard exchange != nil else { return close() }
    exchange?.lastBytes = .now()
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let buffer):
      exchange?.intake?.append(buffer)
      if exchange?.intake?.body.isReaderGone == true { close() }
    case .end(let trailers):
      exchange?.intake?.finish(trailers: trailers?.fields ?? [])
      end()
    }
  }

  private func begin(_ head: NIOHTTP1.HTTPResponseHead, _ context: ChannelHandlerContext) {
    guard let call = exchange?.call, head.status.code >= 200 else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let intake = BodyIntake(on: context.eventLoop) { bound.value.resume(call) }
    exchange?.intake = intake
    exchange?.hasStarted = true
    exchange?.isKeptAlive = head.isKeepAlive
    armTimer(context, configuration.betweenBytesTimeout)
    var response = WippyCore.HTTPResponseHead(status: UInt16(clamping: head.status.code), fields: head.headers.fields)
    // The codec's own: a stream has none.
    if isStream { response.fields.removeAll { $0.name == "transfer-encoding" } }
    call.complete(.success(HTTPClientResponse(response, body: intake.body)))
  }

  /// The guest has made room in the response's body, or reads no more.
  private func resume(_ call: ClientCall) {
    guard let context, let intake = exchange?.intake, exchange?.call === call else { return }
    if intake.body.isReaderGone { return close() }
    intake.resume()
    exchange?.lastBytes = .now()
    read(context)
  }

  private func end() {
    guard let ended = exchange else { return }
    ended.timer?.cancel()
    exchange = nil
    // A request that is not complete yet is of no use to anybody.
    if !ended.isRequestSent { ended.pump?.stop() }
    // A stream ends by itself when both sides have.
    if isStream { return ended.isRequestSent ? () : close() }
    let isReusable = ended.isKeptAlive && ended.isRequestSent && isOpen
    onIdle?(self, isReusable)
    if !isReusable { close() }
  }

  // MARK: Ends

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failed(by: error)
  }

  private func failed(by error: any Error) {
    guard let closed = error as? NIOHTTP2Errors.StreamClosed else { return fail(HTTPFailure(error)) }
    fail(HTTPFailure(error), mayRepeat: closed.errorCode == .refusedStream || isUnseen?(closed.streamID) == true)
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    let hasStarted = exchange?.hasStarted == true
    let failure = connectionFailure?() ?? HTTPFailure(hasStarted ? .responseIncomplete : .connectionTerminated)
    // A connection that was idle may have ended before the request came to it.
    fail(failure, mayRepeat: failure.code == .connectionTerminated && (!isStream || exchange?.isSafe == true))
    onIdle?(self, false)
    context.fireChannelInactive()
  }

  private func cancelled(_ call: ClientCall) {
    guard exchange?.call === call else { return }
    fail(HTTPFailure(.connectionTerminated))
  }

  func fail(_ failure: HTTPFailure, mayRepeat: Bool = false) {
    if let failed = exchange {
      exchange = nil
      failed.timer?.cancel()
      failed.pump?.stop()
      failed.intake?.fail(failure)
      if !failed.hasStarted { failed.onFailure(failure, mayRepeat) }
    }
    close()
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    context?.close(promise: nil)
  }

  // MARK: Time

  /// Fails the exchange when no bytes have come for so long. While nobody takes them, that is not the server's fault.
  private func armTimer(_ context: ChannelHandlerContext, _ ownBound: UInt64) {
    exchange?.timer?.cancel()
    guard let call = exchange?.call, let started = exchange?.hasStarted else { return }
    let asked = started ? call.request.betweenBytesTimeout : call.request.firstByteTimeout
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let limit = TimeAmount.nanoseconds(Int64(clamping: min(asked ?? ownBound, ownBound)))
    let deadline = (exchange?.lastBytes ?? .now()) + limit
    exchange?.timer = context.eventLoop.scheduleTask(deadline: deadline) {
      bound.value.timePassed(call, limit, ownBound)
    }
  }

  private func timePassed(_ call: ClientCall, _ limit: TimeAmount, _ ownBound: UInt64) {
    guard let context, let exchange, exchange.call === call else { return }
    if exchange.intake?.isFull == true { self.exchange?.lastBytes = .now() }
    guard NIODeadline.now() - (self.exchange?.lastBytes ?? .now()) < limit else {
      onSilence?()
      return fail(HTTPFailure(.connectionReadTimeout))
    }
    armTimer(context, ownBound)
  }
}
