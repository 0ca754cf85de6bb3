import NIOCore

/// Connections that can take a request, by destination. Belongs to the event loop.
final class ConnectionPool {
  private struct Idle {
    let handler: ClientExchangeHandler
    let timer: Scheduled<Void>
  }

  enum Connection {
    case http1(ClientExchangeHandler)
    case http2(MultiplexedConnection)
  }

  private let configuration: ClientConfiguration
  private var idle: [Destination: [Idle]] = [:]
  private var multiplexed: [Destination: [MultiplexedConnection]] = [:]

  init(_ configuration: ClientConfiguration) {
    self.configuration = configuration
  }

  /// One whose address is allowed: a connection of HTTP/2 with room, or the one of HTTP/1.1 that was used last.
  func take(_ destination: Destination, where isAllowed: (String) -> Bool) -> Connection? {
    let shared = multiplexed[destination]?.first { $0.room > 0 && isAllowed($0.remoteAddress) }
    if let shared { return .http2(shared) }
    while let index = idle[destination]?.lastIndex(where: { isAllowed($0.handler.remoteAddress) }),
      let found = idle[destination]?.remove(at: index)
    {
      found.timer.cancel()
      if idle[destination]?.isEmpty == true { idle[destination] = nil }
      if found.handler.isOpen { return .http1(found.handler) }
    }
    return nil
  }

  // MARK: HTTP/2

  func add(_ connection: MultiplexedConnection, to destination: Destination) {
    multiplexed[destination, default: []].append(connection)
    connection.onClosed = { [weak self] connection in self?.remove(connection, of: destination) }
  }

  private func remove(_ connection: MultiplexedConnection, of destination: Destination) {
    multiplexed[destination]?.removeAll { $0 === connection }
    if multiplexed[destination]?.isEmpty == true { multiplexed[destination] = nil }
  }

  // MARK: HTTP/1.1

  /// A connection has no request any more.
  func ended(_ handler: ClientExchangeHandler, of destination: Destination, isReusable: Bool) {
    guard isReusable, let loop = handler.context?.eventLoop else {
      remove(handler, of: destination)
      return
    }
    guard idle[destination, default: []].count < configuration.mostIdle else { return handler.close() }
    let bound = NIOLoopBound(handler, eventLoop: loop)
    let timer = loop.scheduleTask(in: .nanoseconds(Int64(clamping: configuration.idleTimeout))) {
      bound.value.close()
    }
    idle[destination, default: []].append(Idle(handler: handler, timer: timer))
  }

  private func remove(_ handler: ClientExchangeHandler, of destination: Destination) {
    guard let index = idle[destination]?.firstIndex(where: { $0.handler === handler }) else { return }
    idle[destination]?.remove(at: index).timer.cancel()
    if idle[destination]?.isEmpty == true { idle[destination] = nil }
  }

  /// Closes what has no request, and the rest when it has none any more.
  func closeAll() {
    let all = idle.values.flatMap(\.self)
    idle = [:]
    for connection in all {
      connection.timer.cancel()
      connection.handler.close()
    }
    for connection in multiplexed.values.flatMap(\.self) { connection.drain() }
  }
}
