import NIOCore
import NIOHTTP1
import WippyCore

/// Sends one request after the other on a connection of HTTP/1.1, and gives each its response.
///
/// Belongs to the event loop of its channel.
final class ClientExchangeHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private struct Exchange {
    let call: ClientCall
    let onFailure: (HTTPFailure) -> Void
    var pump: BodyPump?
    var intake: BodyIntake?
    var isRequestSent = false
    var isKeptAlive = true
    var hasStarted = false
    /// When bytes last came.
    var lastBytes: NIODeadline
    var timer: Scheduled<Void>?
  }

  /// The connection has no request; `false` when it is to be closed.
  var onIdle: ((ClientExchangeHandler, _ isReusable: Bool) -> Void)?
  var remoteAddress = ""
  private(set) var context: ChannelHandlerContext?
  private let configuration: ClientConfiguration
  private var exchange: Exchange?
  private var isClosed = false
  private var isReading = false

  init(_ configuration: ClientConfiguration) {
    self.configuration = configuration
  }

  var isOpen: Bool { !isClosed && context?.channel.isActive == true }

  /// Sends a request; the connection has none.
  ///
  /// - Parameter onFailure: Called when the connection ends before the response begins.
  func start(_ call: ClientCall, onFailure: @escaping (HTTPFailure) -> Void) {
    guard let context, isOpen else { return onFailure(HTTPFailure(.connectionTerminated)) }
    let loop = context.eventLoop
    let bound = NIOLoopBound(self, eventLoop: loop)
    exchange = Exchange(call: call, onFailure: onFailure, lastBytes: .now())
    call.onCancel { loop.execute { bound.value.cancelled(call) } }
    let body = call.request.body
    var head = NIOHTTP1.HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: call.request.head.method), uri: call.request.head.path)
    head.headers = HTTPHeaders(call.request.head.fields)
    head.headers.replaceOrAdd(name: "host", value: call.request.head.authority)
    if !head.headers.contains(name: "content-length") {
      if let count = body.map({ $0.completeCount }) {
        if let count {
          head.headers.add(name: "content-length", value: "\(count)")
        } else {
          head.headers.add(name: "transfer-encoding", value: "chunked")
        }
      } else if head.method == .POST || head.method == .PUT || head.method == .PATCH {
        head.headers.add(name: "content-length", value: "0")
      }
    }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
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
  }

  func channelActive(context: ChannelHandlerContext) {
    read(context)
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
    let response = WippyCore.HTTPResponseHead(status: UInt16(clamping: head.status.code), fields: head.headers.fields)
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
    let isReusable = ended.isKeptAlive && ended.isRequestSent && isOpen
    onIdle?(self, isReusable)
    if !isReusable { close() }
  }

  // MARK: Ends

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(HTTPFailure(error))
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    fail(HTTPFailure(exchange?.hasStarted == true ? .responseIncomplete : .connectionTerminated))
    onIdle?(self, false)
    context.fireChannelInactive()
  }

  private func cancelled(_ call: ClientCall) {
    guard exchange?.call === call else { return }
    fail(HTTPFailure(.connectionTerminated))
  }

  private func fail(_ failure: HTTPFailure) {
    if let failed = exchange {
      exchange = nil
      failed.timer?.cancel()
      failed.pump?.stop()
      failed.intake?.fail(failure)
      if !failed.hasStarted { failed.onFailure(failure) }
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
      return fail(HTTPFailure(.connectionReadTimeout))
    }
    armTimer(context, ownBound)
  }
}
