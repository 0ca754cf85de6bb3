import WippyComponent
import WippyCore

/// `wasi:clocks`.
enum ClockFunctions {
  /// Nanoseconds between two readings of either clock that can be told apart.
  static let resolution: UInt64 = 1

  static let monotonic: InterfaceTable.Functions = [
    "now": InterfaceFunction(
      .takes().returns(.i64),
      .immediate { call throws(HostFault) in call.return(u64: try call.state.reactor.now().nanoseconds) }),
    "resolution": InterfaceFunction(
      .takes().returns(.i64), .immediate { call throws(HostFault) in call.return(u64: resolution) }),
    "subscribe-instant": InterfaceFunction(
      .takes(.i64).returns(.i32),
      .immediate { call throws(HostFault) in
        try call.returnHandle(of: Pollable(.time(MonotonicTime(nanoseconds: call.u64(0)))))
      }),
    "subscribe-duration": InterfaceFunction(
      .takes(.i64).returns(.i32),
      .immediate { call throws(HostFault) in
        let duration = call.u64(0)
        let deadline = try call.state.reactor.now().advanced(byNanoseconds: duration)
        try call.returnHandle(of: Pollable(duration == 0 ? .ready : .time(deadline)))
      }),
  ]

  static let wall: InterfaceTable.Functions = [
    "now": InterfaceFunction(
      .takes(.i32),
      .immediate { call throws(HostFault) in
        let time = try call.state.environment.wallClock.now()
        try store(time, at: call.u32(0), call)
      }),
    "resolution": InterfaceFunction(
      .takes(.i32),
      .immediate { call throws(HostFault) in
        try store(WallTime(seconds: 0, nanoseconds: UInt32(resolution)), at: call.u32(0), call)
      }),
  ]

  /// A `datetime` record.
  private static func store(_ time: WallTime, at address: UInt32, _ call: borrowing HostCall) throws(HostFault) {
    try call.store(time.seconds, at: address)
    try call.store(time.nanoseconds, at: address &+ 8)
  }
}
