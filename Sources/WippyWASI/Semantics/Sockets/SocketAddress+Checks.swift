extension SocketAddress {
  /// Whether it may be named in a call of a socket of `family`: of the family, unicast, and no IPv4 address in disguise.
  func check(for family: IPAddress.Family) throws(NetworkError) {
    guard address.family == family, address.isUnicast, address.mappedIPv4 == nil, !address.isDeprecatedIPv4Compatible
    else { throw .invalidArgument }
  }

  /// The same for an address to send to: it says where.
  func checkRemote(for family: IPAddress.Family) throws(NetworkError) {
    try check(for: family)
    guard !address.isUnspecified, port != 0 else { throw .invalidArgument }
  }
}
