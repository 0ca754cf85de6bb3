import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS
import WippyCore

/// The client of a runtime: requests over NIO, on one event loop.
package final class NIOClient: HTTPClient {
  private let configuration: ClientConfiguration
  private let loop: any EventLoop
  private let connections: NIOLoopBoundBox<IdleConnections>
  private let tls: TLSContext

  /// - Parameter loops: One of them is the client's.
  package init(_ configuration: ClientConfiguration, on loops: EventLoops) {
    self.configuration = configuration
    loop = loops.group.next()
    connections = .makeBoxSendingValue(IdleConnections(configuration), eventLoop: loop)
    tls = TLSContext(configuration.extraTrustRoots)
  }

  package func send(
    _ request: HTTPClientRequest, _ completion: @escaping @Sendable (Result<HTTPClientResponse, HTTPFailure>) -> Void
  ) -> any HTTPClientCall {
    let call = ClientCall(request, completion)
    guard let destination = Destination(request.head) else {
      call.complete(.failure(HTTPFailure(.requestURIInvalid)))
      return call
    }
    loop.execute { self.start(call, to: destination) }
    return call
  }

  /// Closes the connections that have no request.
  package func close() {
    loop.execute { self.connections.value.closeAll() }
  }

  // MARK: On the loop

  private func start(_ call: ClientCall, to destination: Destination, isRetry: Bool = false) {
    guard !call.isCancelled else { return }
    let known = isRetry ? nil : connections.value.take(destination) { address in
      call.request.mayConnect(address, destination.port, destination.host)
    }
    if let known {
      // The server may have closed it meanwhile: then there is a second attempt, where nothing was sent that counts.
      known.start(call) { failure in
        guard call.request.body == nil, failure.code == .connectionTerminated else {
          return call.complete(.failure(failure))
        }
        self.start(call, to: destination, isRetry: true)
      }
      return
    }
    if (try? SocketAddress(ipAddress: destination.host, port: Int(destination.port))) != nil {
      connect(call, to: destination, addresses: [destination.host])
      return
    }
    let loop = loop
    configuration.lookUp(destination.host) { result in
      loop.execute {
        switch result {
        case .success(let addresses): self.connect(call, to: destination, addresses: addresses)
        case .failure(let failure): call.complete(.failure(failure))
        }
      }
    }
  }

  /// Tries one address after the other.
  private func connect(_ call: ClientCall, to destination: Destination, addresses: [String]) {
    guard !call.isCancelled else { return }
    // Asked here and nowhere else, and then connected to: what the name leads to later does not matter.
    let allowed = addresses.filter { call.request.mayConnect($0, destination.port, destination.host) }
    guard !allowed.isEmpty else { return call.complete(.failure(HTTPFailure(.destinationIPProhibited))) }
    let limit = min(call.request.connectTimeout ?? configuration.connectTimeout, configuration.connectTimeout)
    attempt(call, destination, allowed[...], until: .now() + .nanoseconds(Int64(clamping: limit)))
  }

  private func attempt(
    _ call: ClientCall, _ destination: Destination, _ addresses: ArraySlice<String>, until deadline: NIODeadline
  ) {
    guard let address = addresses.first, !call.isCancelled else { return }
    let left = deadline - .now()
    guard left > .nanoseconds(0) else { return call.complete(.failure(HTTPFailure(.connectionTimeout))) }
    open(address, destination, within: left).assumeIsolated().whenComplete { result in
      switch result {
      case .success(let handler):
        if call.isCancelled { return handler.value.close() }
        handler.value.start(call) { call.complete(.failure($0)) }
      case .failure(let error):
        let rest = addresses.dropFirst()
        guard rest.isEmpty else { return self.attempt(call, destination, rest, until: deadline) }
        call.complete(.failure(HTTPFailure(error)))
      }
    }
  }

  private func open(
    _ address: String, _ destination: Destination, within limit: TimeAmount
  ) -> EventLoopFuture<NIOLoopBound<ClientExchangeHandler>> {
    let handler = ClientExchangeHandler(configuration)
    handler.remoteAddress = address
    let connections = connections
    handler.onIdle = { handler, isReusable in
      connections.value.ended(handler, of: destination, isReusable: isReusable)
    }
    let bound = NIOLoopBound(handler, eventLoop: loop)
    let isReady = loop.makePromise(of: Void.self)
    let tls = tls
    let bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(limit)
      .channelOption(.autoRead, value: false)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if destination.isSecure {
            try pipeline.addHandler(try tls.handler(for: destination.host))
            try pipeline.addHandler(HandshakeHandler(isReady))
          }
          try pipeline.addHandler(HTTPRequestEncoder())
          try pipeline.addHandler(
            ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
          try pipeline.addHandler(bound.value)
        }
      }
    let connected: EventLoopFuture<any Channel>
    do {
      connected = bootstrap.connect(to: try SocketAddress(ipAddress: address, port: Int(destination.port)))
    } catch {
      isReady.succeed(())
      return loop.makeFailedFuture(HTTPFailure(.dnsError))
    }
    return connected.flatMap { channel in
      if destination.isSecure {
        let timer = channel.eventLoop.scheduleTask(in: limit) {
          isReady.fail(HTTPFailure(.connectionTimeout))
          channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in isReady.fail(HTTPFailure(.connectionTerminated)) }
        isReady.futureResult.whenComplete { _ in timer.cancel() }
      } else {
        isReady.succeed(())
      }
      return isReady.futureResult.map { bound }
    }.flatMapErrorThrowing { error in
      isReady.fail(error)
      throw error
    }
  }
}
