import NIOCore
import NIOHTTP1
import WippyCore

/// Receives the requests of one connection of HTTP/1.1, or of one stream of HTTP/2, and sends their responses.
///
/// Belongs to the event loop of its channel.
final class ServerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private struct Current {
    let exchange: ServerExchange
    let intake: BodyIntake
    let isHEAD: Bool
    var isKeptAlive: Bool
    var bodyBytes: UInt64 = 0
    var isRequestOver = false
    /// Whether somebody has been asked for a response.
    var isHandled = false
    var pump: BodyPump?
    /// The response is written to its end.
    var isAnswered = false
    var status: UInt16 = 0
    var requestID = ""
    var sentBytes: UInt64 = 0
    /// Set when the body's size was promised.
    var promisedBytes: UInt64?
  }

  /// Requests that a client sends ahead are kept up to this many parts; then it is not read on.
  private static let mostAhead = 64

  private let server: ServerCore
  private let isSecure: Bool
  /// One stream of several on a connection.
  private let isMultiplexed: Bool
  private let clock: ConnectionClock
  let round: LoopRound
  private var context: ChannelHandlerContext?
  private var current: Current?
  /// Parts of requests that came before their turn.
  private var ahead: [HTTPServerRequestPart] = []
  /// Made once for a connection.
  private lazy var client: String = {
    // Not the context's: a stream of HTTP/2 has none.
    guard let address = context?.channel.remoteAddress, let host = address.ipAddress else { return "" }
    return "\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"
  }()
  private var isReading = false
  private var isGoingOn = false
  private var isDraining = false
  private var isClosing = false

  init(
    _ server: ServerCore, round: LoopRound, isSecure: Bool, isMultiplexed: Bool = false, clock: ConnectionClock
  ) {
    self.server = server
    self.round = round
    self.isSecure = isSecure
    self.isMultiplexed = isMultiplexed
    self.clock = clock
  }

  // MARK: Reading

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { read(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    read(context)
    context.fireChannelActive()
  }

  /// One read is always under way, to hear of a client that leaves; but not while nobody takes what it brings.
  private func read(_ context: ChannelHandlerContext) {
    guard !isReading, ahead.count < ServerHandler.mostAhead else { return }
    if current?.isRequestOver == false, current?.intake.isFull == true { return }
    isReading = true
    context.read()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    handle()
    read(context)
    context.fireChannelReadComplete()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What comes after the last response is thrown away.
    guard !isClosing else { return }
    let part = unwrapInboundIn(data)
    if current?.isRequestOver == true || !ahead.isEmpty {
      ahead.append(part)
    } else {
      take(part, context)
    }
  }

  private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    switch part {
    case .head(let head): begin(head, context)
    case .body(let buffer):
      guard var now = current else { return }
      clock.received()
      now.bodyBytes += UInt64(buffer.readableBytes)
      current?.bodyBytes = now.bodyBytes
      guard now.bodyBytes <= server.configuration.limits.bodyBytes else { return refuse(413, context) }
      server.handler.perform { now.intake.append(buffer) }
      if current?.exchange === now.exchange, now.intake.isFull {
        clock.bodyIsHeldUp()
        handle()
      }
    case .end(let trailers):
      guard let now = current else { return }
      current?.isRequestOver = true
      clock.requestIsComplete()
      let fields = trailers?.fields ?? []
      guard now.isHandled else {
        now.intake.finish(trailers: fields)
        return handle()
      }
      server.handler.perform { now.intake.finish(trailers: fields) }
      if now.isAnswered { end(context) }
    }
  }

  private func begin(_ head: NIOHTTP1.HTTPRequestHead, _ context: ChannelHandlerContext) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    clock.headIsComplete()
    let intake = BodyIntake(on: context.eventLoop) { bound.value.resume() }
    let request = WippyCore.HTTPRequestHead(
      method: head.method.rawValue, scheme: isSecure ? "https" : "http",
      authority: head.headers.first(name: "host") ?? "", path: head.uri, fields: head.headers.fields)
    let exchange = ServerExchange(request, body: intake.body, client: client, handler: bound, loop: context.eventLoop)
    current = Current(
      exchange: exchange, intake: intake, isHEAD: head.method == .HEAD, isKeptAlive: head.isKeepAlive && !isDraining)
    let hosts = head.headers[canonicalForm: "host"].count
    guard head.version.major == 2 || head.version == .http1_0 || hosts == 1 else { return refuse(400, context) }
    if let length = request.fields.contentLength, length > server.configuration.limits.bodyBytes {
      return refuse(413, context)
    }
    if head.headers.contains(name: "expect"), head.version == .http1_1 {
      context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
    }
  }

  /// Hands the request over, when everything that has come of it so far is there: most often that is all of it, and
  /// whoever answers need not wait for the body.
  private func handle() {
    guard let now = current, !now.isHandled else { return }
    current?.isHandled = true
    server.handler.perform { server.handler.handle(now.exchange) }
  }

  /// Answers without asking anybody, and ends the connection.
  private func refuse(_ status: UInt16, _ context: ChannelHandlerContext) {
    guard let now = current else { return }
    current?.isKeptAlive = false
    current?.isHandled = true
    guard now.status == 0 else { return fail(HTTPFailure(.requestBodySize)) }
    // First of all whoever has been asked: with the response, the exchange is over.
    now.intake.fail(HTTPFailure(.requestBodySize))
    now.exchange.abandon()
    respond(to: now.exchange, WippyCore.HTTPResponseHead(status: status), nil)
  }

  private func resume() {
    guard let context, let intake = current?.intake else { return }
    intake.resume()
    if current?.isRequestOver == false { clock.bodyGoesOn() }
    read(context)
  }

  // MARK: Writing

  /// Begins the response; called once for an exchange.
  func respond(to exchange: ServerExchange, _ head: WippyCore.HTTPResponseHead, _ body: HTTPBody?) {
    guard let context, let now = current, now.exchange === exchange, now.status == 0 else {
      body?.stopReading()
      return
    }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let status = HTTPResponseStatus(statusCode: Int(head.status))
    var response = NIOHTTP1.HTTPResponseHead(version: .http1_1, status: status, headers: HTTPHeaders(head.fields))
    let hasBody = !now.isHEAD && status.mayHaveResponseBody
    if !response.headers.contains(name: "content-length"), status.mayHaveResponseBody {
      let size = body.map { $0.completeCount } ?? 0
      if let size {
        response.headers.add(name: "content-length", value: "\(size)")
      } else if hasBody {
        response.headers.add(name: "transfer-encoding", value: "chunked")
      }
    }
    if current?.isKeptAlive == false { response.headers.add(name: "connection", value: "close") }
    current?.status = head.status
    current?.requestID = head.fields.first(named: "x-request-id")?.text ?? ""
    current?.promisedBytes = head.fields.contentLength
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    guard hasBody, let body else {
      body?.stopReading()
      return finish(nil, context)
    }
    clock.responseBegins()
    current?.pump = BodyPump(body, to: context.channel, resume: { bound.value.pump() }) { step in
      bound.value.send(step)
    }
    pump()
  }

  private func pump() {
    guard let pump = current?.pump, !pump.isRunning, let context else { return }
    server.handler.perform { pump.run() }
    context.flush()
  }

  private func send(_ step: BodyPump.Step) {
    guard let context else { return }
    switch step {
    case .bytes(let buffer):
      current?.sentBytes += UInt64(buffer.readableBytes)
      context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    case .end(let trailers):
      if let promised = current?.promisedBytes, promised != current?.sentBytes {
        return breakOff(HTTPFailure(.responseBodySize), context)
      }
      current?.pump = nil
      finish(trailers.isEmpty ? nil : HTTPHeaders(trailers), context)
    case .failed(let failure): breakOff(failure, context)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    clock.sent()
    pump()
    context.fireChannelWritabilityChanged()
  }

  private func finish(_ trailers: HTTPHeaders?, _ context: ChannelHandlerContext) {
    guard let now = current else { return }
    current?.isAnswered = true
    guard !now.isKeptAlive || isDraining && ahead.isEmpty else {
      context.writeAndFlush(wrapOutboundOut(.end(trailers)), promise: nil)
      return end(context)
    }
    // The last one: the connection ends when it is out, and not before.
    let isOut = context.eventLoop.makePromise(of: Void.self)
    isOut.futureResult.assumeIsolated().whenComplete { _ in self.leave(isRequestOver: now.isRequestOver) }
    report(now, isComplete: true)
    current = nil
    isClosing = true
    now.intake.body.stopReading()
    context.writeAndFlush(wrapOutboundOut(.end(trailers)), promise: isOut)
  }

  /// Ends the connection. One whose client still sends is closed on this side alone: else the system would tell the
  /// client of an error before it has read the response.
  private func leave(isRequestOver: Bool) {
    guard let context else { return }
    guard !isRequestOver, !isMultiplexed else { return context.close(promise: nil) }
    clock.leaves()
    context.close(mode: .output, promise: nil)
    read(context)
  }

  /// A response that cannot be completed: the client sees that, by the connection's end.
  private func breakOff(_ failure: HTTPFailure, _ context: ChannelHandlerContext) {
    context.flush()
    fail(failure)
  }

  /// The response is out; the next request follows when this one has been received as well.
  private func end(_ context: ChannelHandlerContext) {
    guard let now = current else { return }
    guard now.isRequestOver else {
      // What is left of the body is read and thrown away.
      now.intake.body.stopReading()
      return
    }
    report(now, isComplete: true)
    current = nil
    clock.requestIsOver()
    goOn(context)
  }

  /// Takes the requests that came before their turn. They can be answered, and be over, at once.
  private func goOn(_ context: ChannelHandlerContext) {
    guard !isGoingOn else { return }
    isGoingOn = true
    repeat {
      while current?.isRequestOver != true, !isClosing, !ahead.isEmpty {
        take(ahead.removeFirst(), context)
      }
      handle()
    } while current == nil && !isClosing && !ahead.isEmpty
    isGoingOn = false
    read(context)
  }

  private func report(_ now: Current, isComplete: Bool) {
    now.exchange.finish()
    server.configuration.onResponse?(
      HTTPAccessRecord(
        method: now.exchange.head.method, path: now.exchange.head.path, status: now.status,
        client: client, bytes: now.sentBytes,
        duration: UInt64(max(0, (NIODeadline.now() - now.exchange.started).nanoseconds)), isComplete: isComplete,
        requestID: now.requestID))
  }

  // MARK: Ends

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is DrainEvent else { return context.fireUserInboundEventTriggered(event) }
    isDraining = true
    current?.isKeptAlive = false
    if current == nil { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let parsing = error as? HTTPParserError, current == nil, !isClosing {
      isClosing = true
      let status: HTTPResponseStatus = parsing == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest
      let headers: HTTPHeaders = ["content-length": "0", "connection": "close"]
      context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      context.close(promise: nil)
      return
    }
    // A body that is none, before anybody has answered.
    if error is HTTPParserError, current?.status == 0, current?.isRequestOver == false { return refuse(400, context) }
    fail(HTTPFailure(error))
    // It was on its way out.
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    fail(HTTPFailure(.connectionTerminated))
    context.fireChannelInactive()
  }

  /// The connection is of no use any more; what it does is given up.
  private func fail(_ failure: HTTPFailure) {
    if let now = current {
      current = nil
      if !now.isRequestOver { now.intake.fail(failure) }
      now.pump?.stop()
      now.exchange.abandon()
      report(now, isComplete: false)
    }
    guard !isClosing else { return }
    isClosing = true
    context?.close(promise: nil)
  }
}

/// Tells a connection to end when it has no request.
struct DrainEvent: Sendable {}
