import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import WippyCore

/// Opens one connection for everybody who waits for it: one address after the other, TLS, and the choice of protocol.
///
/// Belongs to the event loop.
final class ConnectionAttempt {
  enum Opened {
    case http1(ClientExchangeHandler)
    case http2(MultiplexedConnection)
  }

  struct Waiter {
    let call: ClientCall
    let isRepeated: Bool
    fileprivate let timer: Scheduled<Void>
  }

  private let destination: Destination
  private let configuration: ClientConfiguration
  private let tls: TLSContext
  private let loop: any EventLoop
  private var addresses: ArraySlice<String>
  private var waiters: [Waiter] = []
  private var channel: (any Channel)?
  private var deadline = NIODeadline.now()
  private var timer: Scheduled<Void>?
  private var completion: ((ConnectionAttempt, Result<Opened, HTTPFailure>) -> Void)?

  /// - Parameter addresses: At least one; every one of them is allowed to everybody who waits.
  init(
    _ destination: Destination, _ addresses: [String], _ configuration: ClientConfiguration, _ tls: TLSContext,
    on loop: any EventLoop
  ) {
    self.destination = destination
    self.addresses = addresses[...]
    self.configuration = configuration
    self.tls = tls
    self.loop = loop
  }

  // MARK: Who waits

  /// Waits for no longer than the call wants; an attempt that nobody waits for any more is given up.
  func add(_ call: ClientCall, isRepeated: Bool) {
    let limit = min(call.request.connectTimeout ?? configuration.connectTimeout, configuration.connectTimeout)
    let bound = NIOLoopBound(self, eventLoop: loop)
    let timer = loop.scheduleTask(in: .nanoseconds(Int64(clamping: limit))) {
      bound.value.remove(call)
      call.complete(.failure(HTTPFailure(.connectionTimeout)))
    }
    waiters.append(Waiter(call: call, isRepeated: isRepeated, timer: timer))
    let loop = loop
    call.onCancel { loop.execute { bound.value.remove(call) } }
  }

  func takeWaiters() -> [Waiter] {
    defer { waiters = [] }
    for waiter in waiters { waiter.timer.cancel() }
    return waiters.filter { !$0.call.isCancelled }
  }

  private func remove(_ call: ClientCall) {
    guard let index = waiters.firstIndex(where: { $0.call === call }) else { return }
    waiters.remove(at: index).timer.cancel()
    if waiters.isEmpty { end(.failure(HTTPFailure(.connectionTerminated))) }
  }

  // MARK: Addresses

  /// - Parameter completion: Called once, on the event loop, not before this returns.
  func start(_ completion: @escaping (ConnectionAttempt, Result<Opened, HTTPFailure>) -> Void) {
    self.completion = completion
    let limit = TimeAmount.nanoseconds(Int64(clamping: configuration.connectTimeout))
    deadline = .now() + limit
    let bound = NIOLoopBound(self, eventLoop: loop)
    timer = loop.scheduleTask(deadline: deadline) { bound.value.end(.failure(HTTPFailure(.connectionTimeout))) }
    loop.execute { bound.value.tryNext() }
  }

  private func tryNext() {
    guard completion != nil, let address = addresses.popFirst() else { return }
    let bound = NIOLoopBound(self, eventLoop: loop)
    let connected: EventLoopFuture<any Channel>
    do {
      connected = bootstrap(bound, address).connect(
        to: try SocketAddress(ipAddress: address, port: Int(destination.port)))
    } catch {
      return failed(HTTPFailure(.dnsError))
    }
    connected.assumeIsolated().whenFailure { error in self.failed(HTTPFailure(error)) }
  }

  private func bootstrap(_ bound: NIOLoopBound<ConnectionAttempt>, _ address: String) -> ClientBootstrap {
    ClientBootstrap(group: loop)
      .connectTimeout(max(deadline - .now(), .nanoseconds(1)))
      .channelOption(.autoRead, value: false)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try bound.value.configure(channel, address) }
      }
  }

  private func configure(_ channel: any Channel, _ address: String) throws {
    guard completion != nil else { throw HTTPFailure(.connectionTerminated) }
    self.channel = channel
    let pipeline = channel.pipeline.syncOperations
    guard destination.isSecure else {
      let handler = try addHTTP1(to: channel, address)
      handler.onActive = { [weak self] in self?.end(.success(.http1(handler))) }
      return
    }
    try pipeline.addHandler(try tls.handler(for: destination))
    try pipeline.addHandler(
      HandshakeHandler { [weak self] result in
        switch result {
        case .success(let isHTTP2): self?.agreed(on: channel, address, isHTTP2: isHTTP2)
        case .failure(let failure): self?.failed(failure)
        }
      })
  }

  /// This address does not do; the next one may.
  private func failed(_ failure: HTTPFailure) {
    channel?.close(promise: nil)
    channel = nil
    if addresses.isEmpty || deadline <= .now() { end(.failure(failure)) } else { tryNext() }
  }

  // MARK: Protocols

  private func agreed(on channel: any Channel, _ address: String, isHTTP2: Bool) {
    do {
      guard try isExpected(channel) else { return failed(HTTPFailure(.tlsCertificateError)) }
      guard isHTTP2 else { return end(.success(.http1(try addHTTP1(to: channel, address)))) }
      let connection = try MultiplexedConnection(on: channel, address: address, configuration)
      connection.onReady = { [weak self] connection in self?.end(.success(.http2(connection))) }
      connection.onClosed = { [weak self] connection in
        self?.end(.failure(connection.failure ?? HTTPFailure(.connectionTerminated)))
      }
    } catch {
      end(.failure(HTTPFailure(error)))
    }
  }

  /// Whether the server is the one whose name was asked for.
  private func isExpected(_ channel: any Channel) throws -> Bool {
    let name = destination.tls?.serverName ?? destination.host
    let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
    guard destination.tls?.isUnverified != true, !isAddress else { return true }
    return try channel.pipeline.syncOperations.nioSSL_peerCertificate()?.isFor(name) == true
  }

  private func addHTTP1(to channel: any Channel, _ address: String) throws -> ClientExchangeHandler {
    let handler = ClientExchangeHandler(configuration)
    handler.remoteAddress = address
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(HTTPRequestEncoder())
    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
    try pipeline.addHandler(handler)
    return handler
  }

  private func end(_ result: Result<Opened, HTTPFailure>) {
    guard let completion = completion.take() else { return }
    timer?.cancel()
    if case .failure = result { channel?.close(promise: nil) }
    channel = nil
    completion(self, result)
  }
}
