import Glibc
import Synchronization
import WippyCore

/// Sends what a guest had written before it shut the sending side down, then tells the peer that nothing follows.
final class SendRemainder: Sendable {
  private struct State: Sendable {
    var rest: ArraySlice<UInt8>
    var token: ReactorToken?
    var isOver = false
  }

  private let state: Mutex<State>
  private let socket: Socket
  private let reactor: any Reactor

  init(_ bytes: [UInt8], socket: Socket, reactor: any Reactor) {
    state = Mutex(State(rest: bytes[...]))
    self.socket = socket
    self.reactor = reactor
  }

  /// Waits until the system takes something, on no thread.
  func run() {
    state.withLock { state in
      guard !state.isOver else { return }
      state.token = reactor.whenReady(socket.descriptor, for: .writable) { self.sendSome() }
    }
  }

  func cancel() {
    let token = state.withLock { state in
      state.isOver = true
      return state.token.take()
    }
    if let token { reactor.cancel(token) }
  }

  private func sendSome() {
    let isMoreLeft = state.withLock { state in
      guard !state.isOver else { return false }
      let outcome = state.rest.withUnsafeBytes { Connection.send($0, to: socket) }
      guard case .accepted(let count) = outcome else {
        state.isOver = true
        return false
      }
      state.rest = state.rest.dropFirst(count)
      if state.rest.isEmpty {
        state.isOver = true
        Glibc.shutdown(socket.descriptor, Int32(SHUT_WR))
      }
      return !state.isOver
    }
    if isMoreLeft { run() }
  }
}
