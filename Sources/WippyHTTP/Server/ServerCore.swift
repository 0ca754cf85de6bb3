import NIOCore
import Synchronization
import WippyCore

/// What all connections of a server share.
final class ServerCore: Sendable {
  let configuration: HTTPServerConfiguration
  let handler: any HTTPRequestHandler
  private let connections = Mutex<[ObjectIdentifier: any Channel]>([:])
  private let rounds = Mutex<[ObjectIdentifier: NIOLoopBound<LoopRound>]>([:])

  init(_ configuration: HTTPServerConfiguration, handler: any HTTPRequestHandler) {
    self.configuration = configuration
    self.handler = handler
  }

  /// Counts a connection; `false` when there are too many.
  func add(_ channel: any Channel) -> Bool {
    let isTaken = connections.withLock { connections in
      guard connections.count < configuration.limits.connections else { return false }
      connections[ObjectIdentifier(channel)] = channel
      return true
    }
    guard isTaken else { return false }
    let id = ObjectIdentifier(channel)
    channel.closeFuture.whenComplete { [weak self] _ in
      _ = self?.connections.withLock { $0.removeValue(forKey: id) }
    }
    return true
  }

  /// The one of an event loop. Called on that.
  func round(of loop: any EventLoop) -> LoopRound {
    rounds.withLock { rounds in
      if let round = rounds[ObjectIdentifier(loop)] { return round.value }
      let round = LoopRound(loop)
      rounds[ObjectIdentifier(loop)] = NIOLoopBound(round, eventLoop: loop)
      return round
    }
  }

  var openConnections: [any Channel] { connections.withLock { Array($0.values) } }
}
