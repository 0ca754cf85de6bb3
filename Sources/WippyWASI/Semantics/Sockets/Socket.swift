import Glibc

/// A socket of one process, closed with the last that uses it. Never blocks.
package final class Socket: Sendable {
  package enum Kind: Sendable {
    case stream
    case datagram
  }

  let descriptor: Int32
  let family: IPAddress.Family

  init(_ kind: Kind, _ family: IPAddress.Family) throws(NetworkError) {
    let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(family == .ipv4 ? AF_INET : AF_INET6, Int32(type.rawValue) | flags, 0)
    self.family = family
    guard descriptor >= 0 else { throw NetworkError(errno: errno) }
    // The two families have their own ports.
    if family == .ipv6 { try setOption(IPPROTO_IPV6, IPV6_V6ONLY, 1) }
  }

  /// Takes over a connection that was accepted.
  init(accepted descriptor: Int32, family: IPAddress.Family) {
    self.descriptor = descriptor
    self.family = family
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  var localAddress: SocketAddress? {
    SocketAddress.reading { getsockname(descriptor, $0, $1) }.address
  }

  var remoteAddress: SocketAddress? {
    SocketAddress.reading { getpeername(descriptor, $0, $1) }.address
  }

  func bind(to address: SocketAddress) throws(NetworkError) {
    guard address.withSystemAddress({ Glibc.bind(descriptor, $0, $1) }) != 0 else { return }
    // An address that is no address here, as some kernels say it.
    throw errno == EINVAL ? .invalidState : NetworkError(errno: errno)
  }

  /// The error that a connection attempt came to; 0 for none.
  var pendingError: Int32 {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &length) == 0 ? value : errno
  }

  // MARK: Options

  func option(_ level: Int32, _ name: Int32) throws(NetworkError) -> Int32 {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, level, name, &value, &length) == 0 else { throw NetworkError(errno: errno) }
    return value
  }

  func setOption(_ level: Int, _ name: Int32, _ value: Int32) throws(NetworkError) {
    var value = value
    guard setsockopt(descriptor, Int32(level), name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
      throw NetworkError(errno: errno)
    }
  }

  /// The most hops that what is sent may take: the option of this family.
  var hopLimitOption: (level: Int, name: Int32) {
    family == .ipv4 ? (IPPROTO_IP, IP_TTL) : (IPPROTO_IPV6, IPV6_UNICAST_HOPS)
  }

  func hopLimit() throws(NetworkError) -> UInt8 {
    UInt8(clamping: try option(Int32(hopLimitOption.level), hopLimitOption.name))
  }

  func setHopLimit(_ hops: UInt8) throws(NetworkError) {
    guard hops > 0 else { throw .invalidArgument }
    try setOption(hopLimitOption.level, hopLimitOption.name, Int32(hops))
  }

  /// Linux doubles what is asked for, to have room for its own records, and tells the double.
  func bufferSize(_ option: Int32) throws(NetworkError) -> UInt64 {
    UInt64(max(0, try self.option(SOL_SOCKET, option)) / 2)
  }

  func setBufferSize(_ option: Int32, _ size: UInt64) throws(NetworkError) {
    guard size > 0 else { throw .invalidArgument }
    try setOption(Int(SOL_SOCKET), option, Int32(clamping: min(size, UInt64(Int32.max / 2))))
  }
}
