import Foundation
import Glibc
import Synchronization
import Testing

/// A server on a port of this computer, on a thread of its own, that does one thing with each connection.
final class LoopbackServer: Sendable {
  enum Behaviour: Sendable {
    /// Sends what comes until the peer has finished.
    case echo
    /// Sends this many bytes, then closes.
    case send(Int)
    /// Reads until the peer has finished, then closes; what it read is counted.
    case count
    /// Reads a little, and then breaks the connection off.
    case reset
    /// Accepts nothing.
    case silent
  }

  let port: UInt16
  private let descriptor: Int32
  private let received = Atomic<Int>(0)
  private let accepted = Atomic<Int>(0)

  var receivedBytes: Int { received.load(ordering: .sequentiallyConsistent) }
  var connections: Int { accepted.load(ordering: .sequentiallyConsistent) }

  init(_ behaviour: Behaviour, isIPv6: Bool = false, backlog: Int32 = 1024) throws {
    (descriptor, port) = try LoopbackServer.bind(SOCK_STREAM, isIPv6: isIPv6)
    try #require(listen(descriptor, backlog) == 0)
    if case .silent = behaviour { return }
    let listener = descriptor
    Thread.detachNewThread { [weak self] in
      while true {
        let peer = accept(listener, nil, nil)
        guard peer >= 0 else { return }
        self?.accepted.add(1, ordering: .sequentiallyConsistent)
        Thread.detachNewThread { [weak self] in
          LoopbackServer.serve(peer, behaviour) { self?.received.add($0, ordering: .sequentiallyConsistent) }
        }
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private static func serve(_ peer: Int32, _ behaviour: Behaviour, _ count: (Int) -> Void) {
    defer { close(peer) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    switch behaviour {
    case .echo, .count:
      while true {
        let read = recv(peer, &buffer, buffer.count, 0)
        guard read > 0 else { return }
        count(read)
        if case .echo = behaviour, send(peer, buffer, read, Int32(MSG_NOSIGNAL)) < 0 { return }
      }
    case .send(let total):
      var left = total
      while left > 0 {
        let sent = send(peer, buffer, min(left, buffer.count), Int32(MSG_NOSIGNAL))
        guard sent > 0 else { return }
        left -= sent
      }
    case .reset:
      _ = recv(peer, &buffer, 1, 0)
      var now = linger(l_onoff: 1, l_linger: 0)
      setsockopt(peer, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    case .silent: return
    }
  }

  /// A port that nobody has now.
  static func freePort(isIPv6: Bool = false) throws -> UInt16 {
    let (descriptor, port) = try bind(SOCK_STREAM, isIPv6: isIPv6)
    close(descriptor)
    return port
  }

  /// A datagram server that sends everything back.
  static func datagramEcho(isIPv6: Bool = false) throws -> UInt16 {
    let (descriptor, port) = try bind(SOCK_DGRAM, isIPv6: isIPv6)
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            let count = recvfrom(descriptor, &buffer, buffer.count, 0, address, &length)
            if count >= 0 { sendto(descriptor, buffer, count, 0, address, length) }
          }
        }
      }
    }
    return port
  }

  private static func bind(_ type: __socket_type, isIPv6: Bool) throws -> (Int32, UInt16) {
    let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    try #require(descriptor >= 0)
    if isIPv6 {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_addr = in6addr_loopback
      return (descriptor, try bind(descriptor, address) { UInt16(bigEndian: $0.sin6_port) })
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return (descriptor, try bind(descriptor, address) { UInt16(bigEndian: $0.sin_port) })
  }

  private static func bind<Address>(
    _ descriptor: Int32, _ address: Address, _ port: (Address) -> UInt16
  ) throws -> UInt16 {
    var address = address
    var length = socklen_t(MemoryLayout<Address>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { system in
        Glibc.bind(descriptor, system, length) == 0 && getsockname(descriptor, system, &length) == 0
      }
    }
    try #require(isBound)
    return port(address)
  }
}
