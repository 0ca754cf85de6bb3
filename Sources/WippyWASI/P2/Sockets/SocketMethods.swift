import Glibc
import WippyComponent
import WippyCore
import WippyEngine

/// Makes the functions of a socket's methods, which are all alike.
struct SocketMethods<Object: HostResource & SendableMetatype> {
  typealias Attempt<Success> = @Sendable (Object) throws(NetworkError) -> Success

  /// `func() -> result<_, error-code>`
  static func action(_ body: @escaping Attempt<Void>) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let object = try call.resource(0, as: Object.self)
        let result = Result { () throws(NetworkError) in try body(object) }
        try call.storeResult(payload: 1, at: call.u32(1), result) { _, _ throws(HostFault) in }
      })
  }

  /// `func(network, local-address) -> result<_, error-code>`
  static func addressed(
    _ body: @escaping @Sendable (Object, SocketAddress) throws(NetworkError) -> Void
  ) -> InterfaceFunction {
    let flat = 2 + HostCall.flatSocketAddress
    return InterfaceFunction(
      CoreFunctionType(parameters: Array(repeating: .i32, count: flat + 1), results: []),
      .immediate { call throws(HostFault) in
        let object = try call.resource(0, as: Object.self)
        _ = try call.resource(1, as: Network.self)
        let address = try call.socketAddress(2)
        let result = Result { () throws(NetworkError) in try body(object, address) }
        try call.storeResult(payload: 1, at: call.u32(flat), result) { _, _ throws(HostFault) in }
      })
  }

  /// `func() -> result<ip-socket-address, error-code>`
  static func address(_ body: @escaping Attempt<SocketAddress>) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let object = try call.resource(0, as: Object.self)
        let result = Result { () throws(NetworkError) in try body(object) }
        try call.storeResult(payload: 4, at: call.u32(1), result) { address, place throws(HostFault) in
          try call.store(address, at: place)
        }
      })
  }

  /// `func() -> T`, of one 32-bit core value
  static func value(_ body: @escaping @Sendable (Object) -> UInt32) -> InterfaceFunction {
    InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in call.return(u32: body(try call.resource(0, as: Object.self))) })
  }

  /// `func() -> result<NUMBER, error-code>`
  static func get<Number: FixedWidthInteger & SendableMetatype>(_ body: @escaping Attempt<Number>) -> InterfaceFunction
  {
    InterfaceFunction(
      .takes(.i32, .i32),
      .immediate { call throws(HostFault) in
        let object = try call.resource(0, as: Object.self)
        let result = Result { () throws(NetworkError) in try body(object) }
        try call.storeResult(payload: UInt32(MemoryLayout<Number>.size), at: call.u32(1), result) {
          number, place throws(HostFault) in try call.store(number, at: place)
        }
      })
  }

  /// `func(value: NUMBER) -> result<_, error-code>`
  static func set<Number: FixedWidthInteger & SendableMetatype>(
    _ body: @escaping @Sendable (Object, Number) throws(NetworkError) -> Void
  ) -> InterfaceFunction {
    InterfaceFunction(
      Number.bitWidth == 64 ? .takes(.i32, .i64, .i32) : .takes(.i32, .i32, .i32),
      .immediate { call throws(HostFault) in
        let object = try call.resource(0, as: Object.self)
        let number = Number(truncatingIfNeeded: Number.bitWidth == 64 ? call.u64(1) : UInt64(call.u32(1)))
        let result = Result { () throws(NetworkError) in try body(object, number) }
        try call.storeResult(payload: 1, at: call.u32(2), result) { _, _ throws(HostFault) in }
      })
  }
}

extension SocketMethods where Object: Subscribable {
  /// `func() -> pollable`
  static var subscribe: InterfaceFunction {
    InterfaceFunction(
      .takes(.i32).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: Pollable(of: try call.resource(0, as: Object.self)))
      })
  }
}

extension SocketMethods where Object: SocketOwner {
  /// The options that sockets of both kinds have; TCP and UDP name the hop limit differently.
  static func shared(hopLimit: String) -> [(String, InterfaceFunction)] {
    [
      (hopLimit, get { owner throws(NetworkError) -> UInt8 in try owner.socket.hopLimit() }),
      ("set-\(hopLimit)", set { (owner, value: UInt8) throws(NetworkError) in try owner.socket.setHopLimit(value) }),
    ] + bufferSize("receive", SO_RCVBUF) + bufferSize("send", SO_SNDBUF)
  }

  private static func bufferSize(_ direction: String, _ option: Int32) -> [(String, InterfaceFunction)] {
    [
      ("\(direction)-buffer-size", get { owner throws(NetworkError) -> UInt64 in try owner.socket.bufferSize(option) }),
      (
        "set-\(direction)-buffer-size",
        set { (owner, value: UInt64) throws(NetworkError) in try owner.socket.setBufferSize(option, value) }
      ),
    ]
  }
}
