import NIOCore
import WippyCore

/// Finds a connection for each request, or opens one. Belongs to the event loop.
final class RequestDispatcher {
  private struct Sharing: Hashable {
    let destination: Destination
    /// Everybody who shares an attempt may connect to all of these.
    let addresses: [String]
  }

  /// Destinations that are remembered to speak HTTP/1.1 only.
  private static let mostRemembered = 1024

  let connections: ConnectionPool
  private let configuration: ClientConfiguration
  private let loop: any EventLoop
  private let tls: TLSContext
  /// Attempts that others may join: one connection of HTTP/2 serves them all.
  private var attempts: [Sharing: ConnectionAttempt] = [:]
  private var speaksHTTP1: Set<Destination> = []
  /// Look-ups under way, and who waits for them.
  private var lookUps: [String: [(Result<[String], HTTPFailure>) -> Void]] = [:]

  init(_ configuration: ClientConfiguration, on loop: any EventLoop) {
    self.configuration = configuration
    self.loop = loop
    connections = ConnectionPool(configuration)
    tls = TLSContext(configuration.extraTrustRoots)
  }

  func start(_ call: ClientCall, to destination: Destination, isRepeated: Bool = false) {
    guard !call.isCancelled else { return }
    let isAllowed = { address in call.request.mayConnect(address, destination.port, destination.host) }
    switch isRepeated ? nil : connections.take(destination, where: isAllowed) {
    case .http1(let handler): handler.start(call, onFailure: onFailure(call, destination))
    case .http2(let connection): connection.start(call, onFailure: onFailure(call, destination))
    case nil:
      lookUp(destination.host) { result in
        switch result {
        case .success(let addresses): self.connect(call, to: destination, addresses, isRepeated: isRepeated)
        case .failure(let failure): call.complete(.failure(failure))
        }
      }
    }
  }

  /// What was certainly not done is tried once more, where there is no body that has been sent.
  private func onFailure(
    _ call: ClientCall, _ destination: Destination, isRepeated: Bool = false
  ) -> ClientExchangeHandler.OnFailure {
    { failure, mayRepeat in
      guard mayRepeat, !isRepeated, call.request.body == nil else { return call.complete(.failure(failure)) }
      self.start(call, to: destination, isRepeated: true)
    }
  }

  private func lookUp(_ host: String, _ completion: @escaping (Result<[String], HTTPFailure>) -> Void) {
    if (try? SocketAddress(ipAddress: host, port: 0)) != nil { return completion(.success([host])) }
    lookUps[host, default: []].append(completion)
    guard lookUps[host]?.count == 1 else { return }
    let bound = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    configuration.lookUp(host) { result in
      loop.execute {
        for completion in bound.value.lookUps.removeValue(forKey: host) ?? [] { completion(result) }
      }
    }
  }

  // MARK: Connections

  private func connect(_ call: ClientCall, to destination: Destination, _ addresses: [String], isRepeated: Bool) {
    guard !call.isCancelled else { return }
    // Asked here and nowhere else, and then connected to: what the name leads to later does not matter.
    let allowed = addresses.filter { call.request.mayConnect($0, destination.port, destination.host) }
    guard !allowed.isEmpty else { return call.complete(.failure(HTTPFailure(.destinationIPProhibited))) }
    let mayShare = destination.isSecure && !speaksHTTP1.contains(destination)
    let sharing = Sharing(destination: destination, addresses: allowed)
    if mayShare, let attempt = attempts[sharing] { return attempt.add(call, isRepeated: isRepeated) }
    let attempt = ConnectionAttempt(destination, allowed, configuration, tls, on: loop)
    if mayShare { attempts[sharing] = attempt }
    attempt.add(call, isRepeated: isRepeated)
    attempt.start { attempt, result in
      if self.attempts[sharing] === attempt { self.attempts[sharing] = nil }
      switch result {
      case .success(.http1(let handler)): self.opened(handler, for: attempt.takeWaiters(), destination)
      case .success(.http2(let connection)): self.opened(connection, for: attempt.takeWaiters(), destination)
      case .failure(let failure):
        for waiter in attempt.takeWaiters() { waiter.call.complete(.failure(failure)) }
      }
    }
  }

  private func opened(
    _ handler: ClientExchangeHandler, for waiters: [ConnectionAttempt.Waiter], _ destination: Destination
  ) {
    let connections = connections
    handler.onIdle = { handler, isReusable in connections.ended(handler, of: destination, isReusable: isReusable) }
    if destination.isSecure {
      if speaksHTTP1.count >= RequestDispatcher.mostRemembered { speaksHTTP1.removeAll() }
      speaksHTTP1.insert(destination)
    }
    guard let first = waiters.first else {
      return connections.ended(handler, of: destination, isReusable: handler.isOpen)
    }
    handler.start(first.call, onFailure: onFailure(first.call, destination, isRepeated: true))
    // It serves one at a time: the others need their own.
    for waiter in waiters.dropFirst() { start(waiter.call, to: destination, isRepeated: waiter.isRepeated) }
  }

  private func opened(
    _ connection: MultiplexedConnection, for waiters: [ConnectionAttempt.Waiter], _ destination: Destination
  ) {
    speaksHTTP1.remove(destination)
    connections.add(connection, to: destination)
    let room = connection.room
    for waiter in waiters.prefix(room) {
      connection.start(waiter.call, onFailure: onFailure(waiter.call, destination, isRepeated: waiter.isRepeated))
    }
    // Those who wanted it may have left.
    connection.closeWhenIdle()
    for waiter in waiters.dropFirst(room) {
      if room > 0 {
        start(waiter.call, to: destination, isRepeated: waiter.isRepeated)
      } else {
        waiter.call.complete(.failure(HTTPFailure(.connectionLimitReached)))
      }
    }
  }
}
