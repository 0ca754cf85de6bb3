import Glibc
import WippyCore

/// A datagram and where it came from.
package struct Datagram: Hashable, Sendable {
  package var data: [UInt8]
  package var remote: SocketAddress
}

/// `incoming-datagram-stream`.
package final class IncomingDatagrams: Subscribable {
  /// The longest datagram that there can be.
  static let longest = 65_535
  /// Datagrams, and bytes of them, that one call returns at most.
  static let most: UInt64 = 64
  private static let mostBytes = 1 << 20

  package var openChildren = 0
  private let owner: UDPSocket
  private let generation: Int

  init(_ owner: UDPSocket) {
    self.owner = owner
    generation = owner.generation
    owner.openChildren += 1
  }

  deinit {
    owner.openChildren -= 1
  }

  package var condition: WaitCondition {
    generation == owner.generation ? .descriptor(owner.socket.descriptor, .readable) : .ready
  }

  /// What has arrived, at most `count` datagrams; none when there is nothing yet.
  package func receive(upTo count: UInt64) throws(NetworkError) -> [Datagram] {
    guard generation == owner.generation else { throw .invalidState }
    var datagrams: [Datagram] = []
    var bytes = 0
    // Those that nobody asked for are passed over, but not without end.
    var isLeft = 256
    while datagrams.count < min(count, IncomingDatagrams.most), bytes < IncomingDatagrams.mostBytes, isLeft > 0 {
      isLeft -= 1
      do throws(NetworkError) {
        guard let datagram = try receiveOne() else { break }
        guard isWanted(datagram.remote) else { continue }
        bytes += datagram.data.count
        datagrams.append(datagram)
      } catch {
        // It belongs to the next call, when this one has something to give.
        if datagrams.isEmpty { throw error }
        break
      }
    }
    return datagrams
  }

  private func isWanted(_ remote: SocketAddress) -> Bool {
    if let connected = owner.remote { return connected.address == remote.address && connected.port == remote.port }
    return owner.isListener || owner.access.mayReceive(from: remote)
  }

  private func receiveOne() throws(NetworkError) -> Datagram? {
    var failure: Int32 = 0
    var remote: SocketAddress?
    let data = [UInt8](unsafeUninitializedCapacity: IncomingDatagrams.longest) { buffer, initialized in
      var count = -1
      repeat {
        let (_, address) = SocketAddress.reading { place, length in
          count = recvfrom(
            owner.socket.descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT), place, length)
          return count < 0 ? -1 : 0
        }
        remote = address
      } while count < 0 && errno == EINTR
      if count < 0 { failure = errno }
      initialized = max(0, count)
    }
    if failure == EAGAIN { return nil }
    guard failure == 0 else { throw NetworkError(errno: failure) }
    guard let remote = remote ?? owner.remote else { return nil }
    // Not the whole buffer: a process may keep many.
    return Datagram(data: Array(data[...]), remote: remote)
  }
}
