import Glibc

/// An address and a port.
package struct SocketAddress: Hashable, Sendable {
  package var address: IPAddress
  package var port: UInt16
  /// IPv6 only.
  package var flowInfo: UInt32 = 0
  /// IPv6 only: the interface of a link-local address.
  package var scopeID: UInt32 = 0

  package init(_ address: IPAddress, port: UInt16, flowInfo: UInt32 = 0, scopeID: UInt32 = 0) {
    self.address = address
    self.port = port
    self.flowInfo = flowInfo
    self.scopeID = scopeID
  }

  /// `nil` for another family than IPv4 and IPv6.
  init?(_ storage: sockaddr_storage) {
    switch Int32(storage.ss_family) {
    case AF_INET:
      let system = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
      self.init(IPAddress(system.sin_addr), port: UInt16(bigEndian: system.sin_port))
    case AF_INET6:
      let system = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
      self.init(
        IPAddress(system.sin6_addr), port: UInt16(bigEndian: system.sin6_port),
        flowInfo: UInt32(bigEndian: system.sin6_flowinfo), scopeID: system.sin6_scope_id)
    default: return nil
    }
  }

  /// Calls `body` with the system's form.
  func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch address {
    case .v4(let bits):
      var system = sockaddr_in()
      system.sin_family = sa_family_t(AF_INET)
      system.sin_port = port.bigEndian
      system.sin_addr.s_addr = bits.bigEndian
      return withUnsafePointer(to: system) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    case .v6:
      var system = sockaddr_in6()
      system.sin6_family = sa_family_t(AF_INET6)
      system.sin6_port = port.bigEndian
      system.sin6_flowinfo = flowInfo.bigEndian
      system.sin6_addr = address.in6()
      system.sin6_scope_id = scopeID
      return withUnsafePointer(to: system) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
  }

  /// Calls `body` with a place for the system's form, and returns what it put there.
  static func reading(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32)
    -> (result: Int32, address: SocketAddress?)
  {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
    }
    return (result, result < 0 ? nil : SocketAddress(storage))
  }
}

extension SocketAddress: CustomStringConvertible {
  /// As a rule of `network.allow` names it.
  package var description: String {
    switch address {
    case .v4: "\(address):\(port)"
    case .v6: "[\(address)]:\(port)"
    }
  }
}
