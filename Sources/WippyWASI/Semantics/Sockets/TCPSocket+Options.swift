import Glibc

extension TCPSocket {
  private static let second: UInt64 = 1_000_000_000
  /// The most that Linux takes: seconds of a keep-alive time, and probes.
  private static let longestKeepAlive: UInt64 = 32767
  private static let mostProbes: UInt32 = 127

  private static let level = Int(IPPROTO_TCP)

  package func isKeptAlive() throws(NetworkError) -> Bool {
    try socket.option(SOL_SOCKET, SO_KEEPALIVE) != 0
  }

  package func setKeptAlive(_ isKeptAlive: Bool) throws(NetworkError) {
    try socket.setOption(Int(SOL_SOCKET), SO_KEEPALIVE, isKeptAlive ? 1 : 0)
  }

  /// Nanoseconds without traffic until the first probe.
  package func keepAliveIdleTime() throws(NetworkError) -> UInt64 {
    try keepAlive(TCP_KEEPIDLE) * TCPSocket.second
  }

  package func setKeepAliveIdleTime(_ nanoseconds: UInt64) throws(NetworkError) {
    try setSeconds(TCP_KEEPIDLE, nanoseconds)
  }

  /// Nanoseconds between probes.
  package func keepAliveInterval() throws(NetworkError) -> UInt64 {
    try keepAlive(TCP_KEEPINTVL) * TCPSocket.second
  }

  package func setKeepAliveInterval(_ nanoseconds: UInt64) throws(NetworkError) {
    try setSeconds(TCP_KEEPINTVL, nanoseconds)
  }

  package func keepAliveCount() throws(NetworkError) -> UInt32 {
    UInt32(try keepAlive(TCP_KEEPCNT))
  }

  package func setKeepAliveCount(_ count: UInt32) throws(NetworkError) {
    guard count > 0 else { throw .invalidArgument }
    try socket.setOption(TCPSocket.level, TCP_KEEPCNT, Int32(min(count, TCPSocket.mostProbes)))
  }

  private func keepAlive(_ option: Int32) throws(NetworkError) -> UInt64 {
    UInt64(max(0, try socket.option(Int32(TCPSocket.level), option)))
  }

  /// Rounded up to whole seconds, and bounded by what Linux takes.
  private func setSeconds(_ option: Int32, _ nanoseconds: UInt64) throws(NetworkError) {
    guard nanoseconds > 0 else { throw .invalidArgument }
    let seconds = nanoseconds / TCPSocket.second + (nanoseconds % TCPSocket.second == 0 ? 0 : 1)
    try socket.setOption(TCPSocket.level, option, Int32(min(seconds, TCPSocket.longestKeepAlive)))
  }
}
