import WippyComponent
import WippyCore

extension HostCall {
  /// An `ip-address-family`, which is one core value.
  func addressFamily(_ index: Int) throws(HostFault) -> IPAddress.Family {
    guard let family = IPAddress.Family(rawValue: UInt8(clamping: u32(index))) else {
      throw .trap("discriminant \(u32(index)) of an ip-address-family")
    }
    return family
  }

  /// Core values of an `ip-socket-address`: its case, then those of its longer one.
  static var flatSocketAddress: Int { 12 }

  /// An `ip-socket-address`, whose first core value has this index.
  func socketAddress(_ index: Int) throws(HostFault) -> SocketAddress {
    let port = UInt16(truncatingIfNeeded: u32(index + 1))
    switch u32(index) {
    case 0:
      var bits: UInt32 = 0
      for place in 0..<4 { bits = bits << 8 | u32(index + 2 + place) & 0xff }
      return SocketAddress(.v4(bits), port: port)
    case 1:
      var high: UInt64 = 0
      var low: UInt64 = 0
      for place in 0..<4 {
        high = high << 16 | UInt64(u32(index + 3 + place) & 0xffff)
        low = low << 16 | UInt64(u32(index + 7 + place) & 0xffff)
      }
      return SocketAddress(
        .v6(high: high, low: low), port: port, flowInfo: u32(index + 2), scopeID: u32(index + 11))
    case let other: throw .trap("discriminant \(other) of an ip-socket-address")
    }
  }

  /// The same from memory.
  func loadSocketAddress(at address: UInt32) throws(HostFault) -> SocketAddress {
    let payload = address &+ 4
    let port = try load(payload, as: UInt16.self)
    switch try load(address, as: UInt8.self) {
    case 0:
      var bits: UInt32 = 0
      for place in 0..<4 { bits = bits << 8 | UInt32(try load(payload &+ 2 &+ UInt32(place), as: UInt8.self)) }
      return SocketAddress(.v4(bits), port: port)
    case 1:
      var high: UInt64 = 0
      var low: UInt64 = 0
      for place in 0..<4 {
        high = high << 16 | UInt64(try load(payload &+ 8 &+ UInt32(place * 2), as: UInt16.self))
        low = low << 16 | UInt64(try load(payload &+ 16 &+ UInt32(place * 2), as: UInt16.self))
      }
      return SocketAddress(
        .v6(high: high, low: low), port: port, flowInfo: try load(payload &+ 4, as: UInt32.self),
        scopeID: try load(payload &+ 24, as: UInt32.self))
    case let other: throw .trap("discriminant \(other) of an ip-socket-address")
    }
  }

  func store(_ value: SocketAddress, at address: UInt32) throws(HostFault) {
    let payload = address &+ 4
    try store(value.address.family.rawValue, at: address)
    try store(value.port, at: payload)
    switch value.address {
    case .v4: try storeBytes(of: value.address, at: payload &+ 2)
    case .v6:
      try store(value.flowInfo, at: payload &+ 4)
      try storeBytes(of: value.address, at: payload &+ 8)
      try store(value.scopeID, at: payload &+ 24)
    }
  }

  /// The parts of an address: a tuple of bytes, or of 16-bit numbers.
  func storeBytes(of value: IPAddress, at address: UInt32) throws(HostFault) {
    switch value {
    case .v4(let bits):
      for place in 0..<4 {
        try store(UInt8(truncatingIfNeeded: bits >> UInt32(24 - place * 8)), at: address &+ UInt32(place))
      }
    case .v6(let high, let low):
      for place in 0..<4 {
        let shift = UInt64(48 - place * 16)
        try store(UInt16(truncatingIfNeeded: high >> shift), at: address &+ UInt32(place * 2))
        try store(UInt16(truncatingIfNeeded: low >> shift), at: address &+ 8 &+ UInt32(place * 2))
      }
    }
  }

  /// Stores a `result<T, error-code>`, whose payload stands at this offset: the error's, or what `body` stores.
  func storeResult<Success>(
    payload: UInt32, at address: UInt32, _ result: Result<Success, NetworkError>,
    _ body: (Success, UInt32) throws(HostFault) -> Void
  ) throws(HostFault) {
    switch result {
    case .success(let value):
      try store(UInt8(0), at: address)
      try body(value, address &+ payload)
    case .failure(let error):
      try store(UInt8(1), at: address)
      try store(error.rawValue, at: address &+ payload)
    }
  }

  /// Inserts one of the resources that the function returns.
  func storeHandle(of object: any HostResource, place: Int, at address: UInt32) throws(HostFault) {
    let resources = returnedResources
    guard place < resources.count else { throw .trap("the import's type returns fewer resources than the host") }
    try store(try insert(object, resource: resources[place]), at: address)
  }
}
