import Glibc
import WippyCore

/// `outgoing-datagram-stream`.
package final class OutgoingDatagrams: Subscribable {
  /// Datagrams that one `check-send` permits.
  static let most = 16

  package var openChildren = 0
  private let owner: UDPSocket
  private let generation: Int
  private var permit = 0

  init(_ owner: UDPSocket) {
    self.owner = owner
    generation = owner.generation
    owner.openChildren += 1
  }

  deinit {
    owner.openChildren -= 1
  }

  package var condition: WaitCondition {
    generation == owner.generation ? .descriptor(owner.socket.descriptor, .writable) : .ready
  }

  /// How many datagrams the next `send` may have.
  package func checkSend() throws(NetworkError) -> UInt64 {
    guard generation == owner.generation else { throw .invalidState }
    permit = ReadinessCheck.isReady(owner.socket.descriptor, for: .writable) ? OutgoingDatagrams.most : 0
    return UInt64(permit)
  }

  /// Uses up a permit for `count` datagrams; `false` when there is none for so many.
  func usePermit(for count: Int) -> Bool {
    guard count <= permit else { return false }
    permit -= count
    return true
  }

  /// Sends one datagram; `false` when the system has no room for it now.
  func send(_ data: UnsafeRawBufferPointer, to address: SocketAddress?) throws(NetworkError) -> Bool {
    guard generation == owner.generation else { throw .invalidState }
    if let address { try address.checkRemote(for: owner.family) }
    let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
    let descriptor = owner.socket.descriptor
    while true {
      let count: Int
      if let connected = owner.remote {
        guard address == nil || address == connected else { throw .invalidArgument }
        count = Glibc.send(descriptor, data.baseAddress, data.count, flags)
      } else {
        guard let address else { throw .invalidArgument }
        guard owner.access.mayConnect(to: address) else { throw .accessDenied }
        count = address.withSystemAddress { sendto(descriptor, data.baseAddress, data.count, flags, $0, $1) }
      }
      if count >= 0 { return true }
      switch errno {
      case EINTR: continue
      case EAGAIN: return false
      case let code: throw NetworkError(errno: code)
      }
    }
  }
}
