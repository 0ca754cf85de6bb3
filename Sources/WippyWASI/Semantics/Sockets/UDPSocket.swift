import Glibc
import WippyCore

/// `wasi:sockets/udp`'s socket: its state machine, on a socket that never blocks.
///
/// Belongs to the worker that holds the process.
package final class UDPSocket: Subscribable, SocketOwner {
  private enum State {
    case unbound
    case binding
    case bound
  }

  package var openChildren = 0
  let socket: Socket
  let access: NetworkAccess
  private var state = State.unbound
  /// Where the present pair of streams is connected to; `nil` for anywhere.
  private(set) var remote: SocketAddress?
  /// Counts the pairs of streams: only the last one works.
  private(set) var generation = 0
  /// Whether datagrams may come from anywhere.
  private(set) var isListener = false

  package init(_ family: IPAddress.Family, access: NetworkAccess) throws(NetworkError) {
    socket = try Socket(.datagram, family)
    self.access = access
  }

  package var family: IPAddress.Family { socket.family }
  package var condition: WaitCondition { .ready }

  package func startBind(to address: SocketAddress) throws(NetworkError) {
    guard case .unbound = state else { throw .invalidState }
    try address.check(for: family)
    guard access.mayBind(to: address) else { throw .accessDenied }
    try socket.bind(to: address)
    state = .binding
  }

  package func finishBind() throws(NetworkError) {
    guard case .binding = state else { throw .notInProgress }
    state = .bound
    if let local = socket.localAddress { isListener = access.hasListener(on: local) }
  }

  /// Makes a pair of streams, for datagrams from and to `remote` only where it is given.
  package func makeStreams(
    to remote: SocketAddress?
  ) throws(NetworkError) -> (IncomingDatagrams, OutgoingDatagrams) {
    guard case .bound = state else { throw .invalidState }
    if let remote {
      try remote.checkRemote(for: family)
      guard access.mayConnect(to: remote) else { throw .accessDenied }
    }
    if self.remote != nil { try disconnect() }
    if let remote {
      guard remote.withSystemAddress({ connect(socket.descriptor, $0, $1) }) == 0 else {
        throw NetworkError(errno: errno)
      }
    }
    self.remote = remote
    generation += 1
    return (IncomingDatagrams(self), OutgoingDatagrams(self))
  }

  private func disconnect() throws(NetworkError) {
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    guard connect(socket.descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size)) == 0 else {
      throw NetworkError(errno: errno)
    }
    remote = nil
  }

  package func localAddress() throws(NetworkError) -> SocketAddress {
    switch state {
    case .unbound: throw .invalidState
    case .binding: throw .concurrencyConflict
    case .bound: break
    }
    guard let address = socket.localAddress else { throw .invalidState }
    return address
  }

  package func remoteAddress() throws(NetworkError) -> SocketAddress {
    guard let remote else { throw .invalidState }
    return remote
  }
}
