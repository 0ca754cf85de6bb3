import NIOCore

/// Connections that have no request, by destination. Belongs to the event loop.
final class IdleConnections {
  private struct Idle {
    let handler: ClientExchangeHandler
    let timer: Scheduled<Void>
  }

  private let configuration: ClientConfiguration
  private var idle: [Destination: [Idle]] = [:]

  init(_ configuration: ClientConfiguration) {
    self.configuration = configuration
  }

  /// The one that was used last, of those whose address is allowed.
  func take(_ destination: Destination, where isAllowed: (String) -> Bool) -> ClientExchangeHandler? {
    while let index = idle[destination]?.lastIndex(where: { isAllowed($0.handler.remoteAddress) }),
      let found = idle[destination]?.remove(at: index)
    {
      found.timer.cancel()
      if idle[destination]?.isEmpty == true { idle[destination] = nil }
      if found.handler.isOpen { return found.handler }
    }
    return nil
  }

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

  func closeAll() {
    let all = idle.values.flatMap(\.self)
    idle = [:]
    for connection in all {
      connection.timer.cancel()
      connection.handler.close()
    }
  }

  private func remove(_ handler: ClientExchangeHandler, of destination: Destination) {
    guard let index = idle[destination]?.firstIndex(where: { $0.handler === handler }) else { return }
    idle[destination]?.remove(at: index).timer.cancel()
    if idle[destination]?.isEmpty == true { idle[destination] = nil }
  }
}
