extension IPAddress {
  /// Whether the address is one of the public Internet: not loopback, private, link-local, reserved or multicast.
  ///
  /// An IPv6 address that carries an IPv4 address to a translator is as public as that.
  package var isPublic: Bool {
    switch self {
    case .v4: return !IPAddress.reservedIPv4.contains { isInside($0.network, prefix: $0.prefix) }
    case .v6(let high, let low):
      if let mapped = mappedIPv4 { return mapped.isPublic }
      // NAT64's well-known prefix: the last 32 bits. 6to4: the bits after the prefix.
      if high == 0x64_ff9b << 32, low >> 32 == 0 { return IPAddress.v4(UInt32(truncatingIfNeeded: low)).isPublic }
      if high >> 48 == 0x2002 { return IPAddress.v4(UInt32(truncatingIfNeeded: high >> 16)).isPublic }
      // Everything that is assigned lies in 2000::/3, but for NAT64.
      return high >> 61 == 1 && !IPAddress.reservedIPv6.contains { isInside($0.network, prefix: $0.prefix) }
    }
  }

  private static let reservedIPv4: [(network: IPAddress, prefix: Int)] = [
    (.v4(0), 8), (.v4(0x0a00_0000), 8), (.v4(0x6440_0000), 10), (.v4(0x7f00_0000), 8), (.v4(0xa9fe_0000), 16),
    (.v4(0xac10_0000), 12), (.v4(0xc000_0000), 24), (.v4(0xc000_0200), 24), (.v4(0xc0a8_0000), 16),
    (.v4(0xc612_0000), 15), (.v4(0xc633_6400), 24), (.v4(0xcb00_7100), 24), (.v4(0xe000_0000), 3),
  ]

  /// Teredo, which carries IPv4 addresses in disguise, and documentation.
  private static let reservedIPv6: [(network: IPAddress, prefix: Int)] = [
    (.v6(high: 0x2001_0000 << 32, low: 0), 32), (.v6(high: 0x2001_0db8 << 32, low: 0), 32),
    (.v6(high: 0x3fff_0000 << 32, low: 0), 20),
  ]
}
