import WippyComponent
import WippyCore

extension Preview1 {
  static let clockFunctions: [String: Function] = [
    "clock_time_get": Function([.i32, .i64, .i32]) { scope in
      immediate { call throws(HostFault) in
        let address = call.u32(2)
        switch try clock(call.u32(0), scope) {
        case .wall:
          let time = try call.state.environment.wallClock.now()
          try call.store(nanoseconds(time), at: address)
        case .monotonic: try call.store(try call.state.reactor.now().nanoseconds, at: address)
        case nil: return .invalid
        }
        return .success
      }
    },
    "clock_res_get": Function([.i32, .i32]) { scope in
      immediate { call throws(HostFault) in
        guard try clock(call.u32(0), scope) != nil else { return .invalid }
        try call.store(ClockFunctions.resolution, at: call.u32(1))
        return .success
      }
    },
  ]

  enum Clock {
    case wall
    case monotonic
  }

  /// The clock of this number; `nil` for those that there are not: the processor's time.
  static func clock(_ number: UInt32, _ scope: Scope) throws(HostFault) -> Clock? {
    switch number {
    case 0:
      guard scope.grants("wasi:clocks/wall-clock") else { throw scope.denied("wasi:clocks/wall-clock") }
      return .wall
    case 1:
      guard scope.grants("wasi:clocks/monotonic-clock") else { throw scope.denied("wasi:clocks/monotonic-clock") }
      return .monotonic
    default: return nil
    }
  }

  static func nanoseconds(_ time: WallTime) -> UInt64 {
    time.seconds &* 1_000_000_000 &+ UInt64(time.nanoseconds)
  }
}
