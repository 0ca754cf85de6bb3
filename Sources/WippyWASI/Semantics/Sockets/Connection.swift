import Glibc
import Synchronization
import WippyCore

/// A TCP connection: what its socket and its two streams share.
final class Connection: Sendable {
  private struct State: Sendable {
    var isReceivingOver = false
    var isSendingOver = false
    var remainder: SendRemainder?
  }

  let socket: Socket
  private let reactor: any Reactor
  private let state = Mutex(State())

  init(_ socket: Socket, reactor: any Reactor) {
    self.socket = socket
    self.reactor = reactor
  }

  deinit {
    state.withLock { $0.remainder }?.cancel()
  }

  var isReceivingOver: Bool { state.withLock { $0.isReceivingOver } }
  var isSendingOver: Bool { state.withLock { $0.isSendingOver } }

  func stopReceiving() {
    state.withLock { $0.isReceivingOver = true }
    Glibc.shutdown(socket.descriptor, Int32(SHUT_RD))
  }

  /// Tells the peer that nothing follows, once `rest` has gone out.
  func stopSending(after rest: [UInt8]) {
    let isFirst = state.withLock { state in
      defer { state.isSendingOver = true }
      return !state.isSendingOver
    }
    guard isFirst else { return }
    guard !rest.isEmpty else {
      Glibc.shutdown(socket.descriptor, Int32(SHUT_WR))
      return
    }
    let remainder = SendRemainder(rest, socket: socket, reactor: reactor)
    state.withLock { $0.remainder = remainder }
    remainder.run()
  }

  /// Sends what the system takes now.
  static func send(_ bytes: UnsafeRawBufferPointer, to socket: Socket) -> WriteOutcome {
    var sent = 0
    while sent < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
      let count = Glibc.send(
        socket.descriptor, rest.baseAddress, rest.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
      if count >= 0 {
        sent += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .accepted(sent)
      case EPIPE: return .closed
      case let code: return .error(code)
      }
    }
    return .accepted(sent)
  }
}

/// The receiving side of a connection.
final class ConnectionSource: InputSource {
  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
    guard !connection.isReceivingOver else { return .end }
    while true {
      let count = recv(connection.socket.descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .notReady
      case let code: return .error(code)
      }
    }
  }

  var readiness: WaitCondition {
    connection.isReceivingOver ? .ready : .descriptor(connection.socket.descriptor, .readable)
  }
}

/// The sending side of a connection.
final class ConnectionSink: OutputSink {
  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
    connection.isSendingOver ? .closed : Connection.send(bytes, to: connection.socket)
  }

  /// What the system does not take of a permitted write is kept by the stream, which permits no more then.
  let room = 65_536

  var readiness: WaitCondition {
    connection.isSendingOver ? .ready : .descriptor(connection.socket.descriptor, .writable)
  }
}
