import WippyComponent
import WippyCore

/// `wasi:sockets`, but for the methods of its sockets.
enum SocketFunctions {
  static let instanceNetwork: InterfaceTable.Functions = [
    "instance-network": InterfaceFunction(
      .takes().returns(.i32), .immediate { call throws(HostFault) in try call.returnHandle(of: Network()) })
  ]

  static let network: InterfaceTable.Functions = [
    // `option<error-code>`: the code of a stream's error, where it came from a socket.
    "network-error-code": .always(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let error = try call.resource(0, as: StreamError.self)
        let address = call.u32(1)
        try call.store(UInt8(error.errno == nil ? 0 : 1), at: address)
        if let errno = error.errno { try call.store(NetworkError(errno: errno).rawValue, at: address &+ 1) }
      })
  ]

  static let tcpCreateSocket: InterfaceTable.Functions = [
    "create-tcp-socket": InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let family = try call.addressFamily(0)
        let state = try call.state
        try storeNew(call) { () throws(NetworkError) in
          try TCPSocket(family, access: state.network, reactor: state.reactor)
        }
      })
  ]

  static let udpCreateSocket: InterfaceTable.Functions = [
    "create-udp-socket": InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let family = try call.addressFamily(0)
        let state = try call.state
        try storeNew(call) { () throws(NetworkError) in try UDPSocket(family, access: state.network) }
      })
  ]

  /// A `result<own<T>, error-code>` at the second parameter's address.
  private static func storeNew<Object: HostResource>(
    _ call: borrowing HostCall, _ make: () throws(NetworkError) -> Object
  ) throws(HostFault) {
    try call.storeResult(payload: 4, at: call.u32(1), Result { () throws(NetworkError) in try make() }) {
      object, place throws(HostFault) in try call.store(try call.handle(of: object), at: place)
    }
  }

  static let nameLookup: InterfaceTable.Functions = [
    "resolve-addresses": InterfaceFunction(
      .takes(.i32, .i32, .i32, .i32),
      .immediate { call throws(HostFault) in
        _ = try call.resource(0, as: Network.self)
        let name = try call.string(at: call.u32(1), units: call.u32(2))
        let state = try call.state
        let result = Result { () throws(NetworkError) in
          try NameLookup(name, access: state.network, reactor: state.reactor)
        }
        try call.storeResult(payload: 4, at: call.u32(3), result) { lookup, place throws(HostFault) in
          try call.store(try call.handle(of: lookup), at: place)
        }
      }),
    // `result<option<ip-address>, error-code>`
    "[method]resolve-address-stream.resolve-next-address": InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let lookup = try call.resource(0, as: NameLookup.self)
        let result = Result { () throws(NetworkError) in try lookup.next() }
        try call.storeResult(payload: 2, at: call.u32(1), result) { address, place throws(HostFault) in
          try call.store(UInt8(address == nil ? 0 : 1), at: place)
          guard let address else { return }
          try call.store(address.family.rawValue, at: place &+ 2)
          try call.storeBytes(of: address, at: place &+ 4)
        }
      }),
    "[method]resolve-address-stream.subscribe": SocketMethods<NameLookup>.subscribe,
  ]
}
