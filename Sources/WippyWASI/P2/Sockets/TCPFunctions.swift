import Glibc
import WippyComponent
import WippyCore

/// `wasi:sockets/tcp`.
enum TCPFunctions {
  private typealias Methods = SocketMethods<TCPSocket>

  static let all: InterfaceTable.Functions = Dictionary(
    uniqueKeysWithValues: (states + options + Methods.shared(hopLimit: "hop-limit")).map {
      ("[method]tcp-socket.\($0.0)", $0.1)
    })

  private static let states: [(String, InterfaceFunction)] = [
    ("start-bind", Methods.addressed { socket, address throws(NetworkError) in try socket.startBind(to: address) }),
    ("finish-bind", Methods.action { socket throws(NetworkError) in try socket.finishBind() }),
    (
      "start-connect",
      Methods.addressed { socket, address throws(NetworkError) in try socket.startConnect(to: address) }
    ),
    (
      "finish-connect",
      InterfaceFunction(
        .takes(.i32, .i32),
        .immediate { call throws(HostFault) in
          let socket = try call.resource(0, as: TCPSocket.self)
          let result = Result { () throws(NetworkError) in try socket.finishConnect() }
          try call.storeResult(payload: 4, at: call.u32(1), result) { streams, place throws(HostFault) in
            try call.storeHandle(of: streams.0, place: 0, at: place)
            try call.storeHandle(of: streams.1, place: 1, at: place &+ 4)
          }
        })
    ),
    ("start-listen", Methods.action { socket throws(NetworkError) in try socket.startListen() }),
    ("finish-listen", Methods.action { socket throws(NetworkError) in try socket.finishListen() }),
    (
      "accept",
      InterfaceFunction(
        .takes(.i32, .i32),
        .immediate { call throws(HostFault) in
          let socket = try call.resource(0, as: TCPSocket.self)
          let result = Result { () throws(NetworkError) in try socket.accept() }
          try call.storeResult(payload: 4, at: call.u32(1), result) { accepted, place throws(HostFault) in
            try call.storeHandle(of: accepted.0, place: 0, at: place)
            try call.storeHandle(of: accepted.1, place: 1, at: place &+ 4)
            try call.storeHandle(of: accepted.2, place: 2, at: place &+ 8)
          }
        })
    ),
    ("local-address", Methods.address { socket throws(NetworkError) in try socket.localAddress() }),
    ("remote-address", Methods.address { socket throws(NetworkError) in try socket.remoteAddress() }),
    ("is-listening", Methods.value { $0.isListening ? 1 : 0 }),
    ("address-family", Methods.value { UInt32($0.family.rawValue) }),
    ("subscribe", Methods.subscribe),
    (
      "shutdown",
      InterfaceFunction(
        .takes(.i32, .i32, .i32),
        .immediate { call throws(HostFault) in
          let socket = try call.resource(0, as: TCPSocket.self)
          let direction = call.u32(1)
          guard direction < 3 else { throw .trap("discriminant \(direction) of a shutdown-type") }
          let result = Result { () throws(NetworkError) in
            try socket.shutdown(receive: direction != 1, send: direction != 0)
          }
          try call.storeResult(payload: 1, at: call.u32(2), result) { _, _ throws(HostFault) in }
        })
    ),
  ]

  private static let options: [(String, InterfaceFunction)] = [
    (
      "set-listen-backlog-size",
      Methods.set { (socket, size: UInt64) throws(NetworkError) in try socket.setBacklog(size) }
    ),
    (
      "keep-alive-enabled",
      Methods.get { socket throws(NetworkError) -> UInt8 in try socket.isKeptAlive() ? 1 : 0 }
    ),
    (
      "set-keep-alive-enabled",
      Methods.set { (socket, value: UInt32) throws(NetworkError) in try socket.setKeptAlive(value != 0) }
    ),
    (
      "keep-alive-idle-time",
      Methods.get { socket throws(NetworkError) -> UInt64 in try socket.keepAliveIdleTime() }
    ),
    (
      "set-keep-alive-idle-time",
      Methods.set { (socket, value: UInt64) throws(NetworkError) in try socket.setKeepAliveIdleTime(value) }
    ),
    (
      "keep-alive-interval",
      Methods.get { socket throws(NetworkError) -> UInt64 in try socket.keepAliveInterval() }
    ),
    (
      "set-keep-alive-interval",
      Methods.set { (socket, value: UInt64) throws(NetworkError) in try socket.setKeepAliveInterval(value) }
    ),
    ("keep-alive-count", Methods.get { socket throws(NetworkError) -> UInt32 in try socket.keepAliveCount() }),
    (
      "set-keep-alive-count",
      Methods.set { (socket, value: UInt32) throws(NetworkError) in try socket.setKeepAliveCount(value) }
    ),
  ]
}
