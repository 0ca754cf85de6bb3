import Glibc
import WippyComponent
import WippyCore
import WippyEngine

/// `wasi:sockets/udp`.
enum UDPFunctions {
  private typealias Methods = SocketMethods<UDPSocket>

  static let all: InterfaceTable.Functions = Dictionary(
    uniqueKeysWithValues: (socket + Methods.shared(hopLimit: "unicast-hop-limit")).map {
      ("[method]udp-socket.\($0.0)", $0.1)
    } + streams)

  private static let socket: [(String, InterfaceFunction)] = [
    ("start-bind", Methods.addressed { socket, address throws(NetworkError) in try socket.startBind(to: address) }),
    ("finish-bind", Methods.action { socket throws(NetworkError) in try socket.finishBind() }),
    (
      "stream",
      InterfaceFunction(
        CoreFunctionType(
          parameters: Array(repeating: .i32, count: 2 + HostCall.flatSocketAddress + 1), results: []),
        .immediate { call throws(HostFault) in
          let socket = try call.resource(0, as: UDPSocket.self)
          guard call.u32(1) < 2 else { throw .trap("discriminant \(call.u32(1)) of an option") }
          let remote = call.u32(1) == 0 ? nil : try call.socketAddress(2)
          let result = Result { () throws(NetworkError) in try socket.makeStreams(to: remote) }
          try call.storeResult(payload: 4, at: call.u32(2 + HostCall.flatSocketAddress), result) {
            streams, place throws(HostFault) in
            try call.storeHandle(of: streams.0, place: 0, at: place)
            try call.storeHandle(of: streams.1, place: 1, at: place &+ 4)
          }
        })
    ),
    ("local-address", Methods.address { socket throws(NetworkError) in try socket.localAddress() }),
    ("remote-address", Methods.address { socket throws(NetworkError) in try socket.remoteAddress() }),
    ("address-family", Methods.value { UInt32($0.family.rawValue) }),
    ("subscribe", Methods.subscribe),
  ]

  private static let streams: [(String, InterfaceFunction)] = [
    (
      "[method]incoming-datagram-stream.receive",
      InterfaceFunction(
        .takes(.i32, .i64, .i32),
        .resumable { call throws(HostFault) in
          let stream = try call.resource(0, as: IncomingDatagrams.self)
          let count = call.u64(1)
          switch Result(catching: { () throws(NetworkError) in try stream.receive(upTo: count) }) {
          case .success(let datagrams): return .value(.table([.init("ok", .array(datagrams.map(Value.init)))]))
          case .failure(let error): return .value(.table([.init("err", .string(error.caseName))]))
          }
        })
    ),
    ("[method]incoming-datagram-stream.subscribe", SocketMethods<IncomingDatagrams>.subscribe),
    (
      "[method]outgoing-datagram-stream.check-send",
      SocketMethods<OutgoingDatagrams>.get { stream throws(NetworkError) -> UInt64 in try stream.checkSend() }
    ),
    (
      "[method]outgoing-datagram-stream.send",
      InterfaceFunction(
        .takes(.i32, .i32, .i32, .i32), .immediate { call throws(HostFault) in try send(call) })
    ),
    ("[method]outgoing-datagram-stream.subscribe", SocketMethods<OutgoingDatagrams>.subscribe),
  ]

  /// Bytes of an `outgoing-datagram`: a list, and an optional address.
  private static let datagramSize: UInt32 = 44

  private static func send(_ call: borrowing HostCall) throws(HostFault) {
    let stream = try call.resource(0, as: OutgoingDatagrams.self)
    let list = call.u32(1)
    let count = call.u32(2)
    guard UInt64(count) * UInt64(datagramSize) < 1 << 32 else { throw .trap("a list of \(count) datagrams") }
    _ = try call.bytes(at: list, count: count * datagramSize, alignment: 4)
    guard stream.usePermit(for: Int(count)) else {
      throw .trap("\(count) datagrams are sent, and check-send permitted fewer")
    }
    var sent: UInt64 = 0
    var failure: NetworkError?
    for place in 0..<count {
      let item = list &+ place * datagramSize
      let length = try call.load(item &+ 4, as: UInt32.self)
      let data = UnsafeRawBufferPointer(try call.bytes(at: try call.load(item, as: UInt32.self), count: length))
      let tag = try call.load(item &+ 8, as: UInt8.self)
      guard tag < 2 else { throw .trap("discriminant \(tag) of an option") }
      let remote = tag == 0 ? nil : try call.loadSocketAddress(at: item &+ 12)
      do throws(NetworkError) {
        guard try stream.send(data, to: remote) else { break }
        sent += 1
      } catch {
        failure = error
        break
      }
    }
    // An error belongs to the first datagram that has one: those before it are told of first.
    let result: Result<UInt64, NetworkError> =
      sent == 0 && failure != nil ? .failure(failure ?? .unknown) : .success(sent)
    try call.storeResult(payload: 8, at: call.u32(3), result) { sent, place throws(HostFault) in
      try call.store(sent, at: place)
    }
  }
}

extension Value {
  /// An `incoming-datagram`.
  fileprivate init(_ datagram: Datagram) {
    self = .table([
      .init("data", .bytes(datagram.data)), .init("remote-address", Value(datagram.remote)),
    ])
  }

  /// An `ip-socket-address`.
  private init(_ address: SocketAddress) {
    switch address.address {
    case .v4(let bits):
      let parts = [24, 16, 8, 0].map { (shift: UInt32) in Value.integer(Int64(bits >> shift & 0xff)) }
      self = .table([
        .init("ipv4", .table([.init("port", .integer(Int64(address.port))), .init("address", .array(parts))]))
      ])
    case .v6(let high, let low):
      var parts: [Value] = []
      for half in [high, low] {
        for shift in stride(from: UInt64(48), through: 0, by: -16) {
          parts.append(.integer(Int64(half >> shift & 0xffff)))
        }
      }
      self = .table([
        .init(
          "ipv6",
          .table([
            .init("port", .integer(Int64(address.port))), .init("flow-info", .integer(Int64(address.flowInfo))),
            .init("address", .array(parts)), .init("scope-id", .integer(Int64(address.scopeID))),
          ]))
      ])
    }
  }
}
