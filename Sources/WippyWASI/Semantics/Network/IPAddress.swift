import Glibc

/// An IPv4 or IPv6 address.
package enum IPAddress: Hashable, Sendable {
  /// The first byte is the highest.
  case v4(UInt32)
  case v6(high: UInt64, low: UInt64)

  package enum Family: UInt8, Sendable {
    case ipv4 = 0
    case ipv6 = 1
  }

  package var family: Family {
    switch self {
    case .v4: .ipv4
    case .v6: .ipv6
    }
  }

  /// Bits of an address of this family.
  package var width: Int { family == .ipv4 ? 32 : 128 }

  /// Parses the text form of either family, without brackets.
  package init?(_ text: String) {
    guard !text.utf8.contains(0) else { return nil }
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self.init(v4)
      return
    }
    var v6 = in6_addr()
    guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
    self.init(v6)
  }

  init(_ address: in_addr) {
    self = .v4(UInt32(bigEndian: address.s_addr))
  }

  init(_ address: in6_addr) {
    self = withUnsafeBytes(of: address) { bytes in
      .v6(
        high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }

  /// Whether the first `prefix` bits are those of `network`.
  package func isInside(_ network: IPAddress, prefix: Int) -> Bool {
    switch (self, network) {
    case (.v4(let own), .v4(let other)):
      return prefix <= 0 || (own ^ other) >> UInt32(32 - min(prefix, 32)) == 0
    case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
      guard prefix > 64 else { return prefix <= 0 || (high ^ otherHigh) >> UInt64(64 - prefix) == 0 }
      return high == otherHigh && (low ^ otherLow) >> UInt64(128 - min(prefix, 128)) == 0
    default: return false
    }
  }

  package var isUnspecified: Bool {
    switch self {
    case .v4(let bits): bits == 0
    case .v6(let high, let low): high == 0 && low == 0
    }
  }

  package var isLoopback: Bool {
    switch self {
    case .v4(let bits): bits >> 24 == 127
    case .v6(let high, let low): high == 0 && low == 1
    }
  }

  /// Neither multicast nor broadcast.
  package var isUnicast: Bool {
    switch self {
    case .v4(let bits): bits >> 28 != 0xe && bits != .max
    case .v6(let high, _): high >> 56 != 0xff
    }
  }

  /// The IPv4 address inside of an IPv6 address that stands for one by its prefix; such addresses are none of IPv6's own.
  package var mappedIPv4: IPAddress? {
    guard case .v6(0, let low) = self, low >> 32 == 0xffff else { return nil }
    return .v4(UInt32(truncatingIfNeeded: low))
  }

  /// `::a.b.c.d`, which was given up long ago.
  package var isDeprecatedIPv4Compatible: Bool {
    guard case .v6(0, let low) = self else { return false }
    return low >> 32 == 0 && low > 1
  }
}

extension IPAddress: CustomStringConvertible {
  package var description: String {
    switch self {
    case .v4(let bits): return "\(bits >> 24).\(bits >> 16 & 0xff).\(bits >> 8 & 0xff).\(bits & 0xff)"
    case .v6:
      var address = in6()
      var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
      return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }
  }

  /// An IPv6 address as the system has it; zeros for an IPv4 address.
  func in6() -> in6_addr {
    var address = in6_addr()
    guard case .v6(let high, let low) = self else { return address }
    withUnsafeMutableBytes(of: &address) { bytes in
      bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
      bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return address
  }
}
