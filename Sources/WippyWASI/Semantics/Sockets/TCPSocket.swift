import CLinux
import Glibc
import WippyCore

/// `wasi:sockets/tcp`'s socket: its state machine, on a socket that never blocks.
///
/// Belongs to the worker that holds the process.
package final class TCPSocket: Subscribable, SocketOwner {
  private enum State {
    case unbound
    case binding
    case bound
    case startingToListen
    case listening
    /// The attempt is under way, or has failed already.
    case connecting(NetworkError?)
    case connected(Connection)
    /// A connection attempt has failed: it can only be dropped.
    case closed
  }

  /// Connections that wait to be accepted, unless the guest says otherwise.
  static let defaultBacklog: Int32 = 128

  package var openChildren = 0
  let socket: Socket
  let access: NetworkAccess
  let reactor: any Reactor
  private var state: State
  private var backlog = TCPSocket.defaultBacklog
  /// What of it is not sent yet goes out before the end, when the sending side is shut down.
  private weak var output: OutputStream?

  package init(_ family: IPAddress.Family, access: NetworkAccess, reactor: any Reactor) throws(NetworkError) {
    socket = try Socket(.stream, family)
    self.access = access
    self.reactor = reactor
    state = .unbound
  }

  private init(_ connection: Connection, access: NetworkAccess, reactor: any Reactor) {
    socket = connection.socket
    self.access = access
    self.reactor = reactor
    state = .connected(connection)
  }

  package var family: IPAddress.Family { socket.family }

  package var condition: WaitCondition {
    switch state {
    case .connecting(nil): .descriptor(socket.descriptor, .writable)
    case .listening: .descriptor(socket.descriptor, .readable)
    default: .ready
    }
  }

  // MARK: Binding

  package func startBind(to address: SocketAddress) throws(NetworkError) {
    guard case .unbound = state else { throw .invalidState }
    try address.check(for: family)
    guard access.mayBind(to: address) else { throw .accessDenied }
    // A server that starts again does not wait for the connections of its predecessor.
    if address.port != 0 { try socket.setOption(Int(SOL_SOCKET), SO_REUSEADDR, 1) }
    try socket.bind(to: address)
    state = .binding
  }

  package func finishBind() throws(NetworkError) {
    guard case .binding = state else { throw .notInProgress }
    state = .bound
  }

  // MARK: Connecting

  package func startConnect(to remote: SocketAddress) throws(NetworkError) {
    switch state {
    case .unbound, .bound: break
    case .binding, .startingToListen, .connecting: throw .concurrencyConflict
    case .listening, .connected, .closed: throw .invalidState
    }
    try remote.checkRemote(for: family)
    guard access.mayConnect(to: remote) else { throw .accessDenied }
    let result = remote.withSystemAddress { Glibc.connect(socket.descriptor, $0, $1) }
    if result == 0 || errno == EINPROGRESS || errno == EINTR {
      state = .connecting(nil)
    } else {
      // EAGAIN: the system has no port left for it.
      state = .connecting(errno == EAGAIN ? .addressInUse : NetworkError(errno: errno))
    }
  }

  package func finishConnect() throws(NetworkError) -> (InputStream, OutputStream) {
    guard case .connecting(let failure) = state else { throw .notInProgress }
    if let failure { throw fail(failure) }
    guard ReadinessCheck.isReady(socket.descriptor, for: .writable) else { throw .wouldBlock }
    let error = socket.pendingError
    guard error == 0 else { throw fail(NetworkError(errno: error)) }
    let connection = Connection(socket, reactor: reactor)
    state = .connected(connection)
    return makeStreams(of: connection)
  }

  private func makeStreams(of connection: Connection) -> (InputStream, OutputStream) {
    let output = OutputStream(ConnectionSink(connection), childOf: self)
    self.output = output
    return (InputStream(ConnectionSource(connection), childOf: self), output)
  }

  private func fail(_ error: NetworkError) -> NetworkError {
    state = .closed
    return error
  }

  // MARK: Listening

  package func startListen() throws(NetworkError) {
    switch state {
    case .bound: break
    case .binding, .startingToListen, .connecting: throw .concurrencyConflict
    case .unbound, .listening, .connected, .closed: throw .invalidState
    }
    guard let local = socket.localAddress else { throw .unknown }
    guard access.mayListen(on: local) else { throw .accessDenied }
    guard Glibc.listen(socket.descriptor, backlog) == 0 else {
      // The port has been taken by another socket of the same address since.
      throw errno == EMFILE ? .outOfMemory : NetworkError(errno: errno)
    }
    state = .startingToListen
  }

  package func finishListen() throws(NetworkError) {
    guard case .startingToListen = state else { throw .notInProgress }
    state = .listening
  }

  package func accept() throws(NetworkError) -> (TCPSocket, InputStream, OutputStream) {
    guard case .listening = state else { throw .invalidState }
    while true {
      let accepted = wippy_accept(socket.descriptor)
      guard accepted < 0 else {
        let connection = Connection(Socket(accepted: accepted, family: family), reactor: reactor)
        let child = TCPSocket(connection, access: access, reactor: reactor)
        let (input, output) = child.makeStreams(of: connection)
        return (child, input, output)
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: throw .wouldBlock
      // What happened to the connection while it waited is reported here, and is no error of the listener.
      case ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH:
        throw .connectionAborted
      case let code: throw NetworkError(errno: code)
      }
    }
  }

  package var isListening: Bool {
    if case .listening = state { true } else { false }
  }

  /// More than the system allows is not an error, and gives what it allows.
  package func setBacklog(_ size: UInt64) throws(NetworkError) {
    guard size > 0 else { throw .invalidArgument }
    switch state {
    case .unbound, .binding, .bound: backlog = Int32(clamping: size)
    case .listening:
      backlog = Int32(clamping: size)
      guard Glibc.listen(socket.descriptor, backlog) == 0 else { throw .notSupported }
    case .startingToListen: throw .concurrencyConflict
    case .connecting, .connected, .closed: throw .invalidState
    }
  }

  // MARK: Connected

  package func shutdown(receive: Bool, send: Bool) throws(NetworkError) {
    guard case .connected(let connection) = state else { throw .invalidState }
    if receive { connection.stopReceiving() }
    if send { connection.stopSending(after: output?.takePending() ?? []) }
  }

  package func localAddress() throws(NetworkError) -> SocketAddress {
    switch state {
    case .unbound, .closed: throw .invalidState
    case .binding: throw .concurrencyConflict
    default: break
    }
    guard let address = socket.localAddress else { throw .invalidState }
    return address
  }

  package func remoteAddress() throws(NetworkError) -> SocketAddress {
    switch state {
    case .connected: break
    case .connecting: throw .concurrencyConflict
    default: throw .invalidState
    }
    // It may be gone: the system forgets the address with the connection.
    guard let address = socket.remoteAddress else { throw .invalidState }
    return address
  }
}
