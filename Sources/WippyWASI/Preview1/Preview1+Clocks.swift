import WippyComponent
import WippyCore

extension Preview1 {
  static let clockFunctions: [String: Function] = [
    "clock_time_get": Function([.i32, .i64, .i32]) { scope in
      let clocks = Clocks(scope)
      return immediate { call throws(HostFault) in
        let address = call.u32(2)
        switch try clocks.clock(call.u32(0)) {
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
      let clocks = Clocks(scope)
      return immediate { call throws(HostFault) in
        guard try clocks.clock(call.u32(0)) != nil else { return .invalid }
        try call.store(ClockFunctions.resolution, at: call.u32(1))
        return .success
      }
    },
  ]

  enum Clock {
    case wall
    case monotonic
  }

  /// The clocks that an entry may read, looked up once: programs ask for the time by the million.
  struct Clocks: Sendable {
    private static let wallClock = "wasi:clocks/wall-clock"
    private static let monotonicClock = "wasi:clocks/monotonic-clock"

    private let scope: Scope
    private let hasWall: Bool
    private let hasMonotonic: Bool

    init(_ scope: Scope) {
      self.scope = scope
      hasWall = scope.grants(Clocks.wallClock)
      hasMonotonic = scope.grants(Clocks.monotonicClock)
    }

    /// The clock of this number; `nil` for those that there are not: the processor's time.
    func clock(_ number: UInt32) throws(HostFault) -> Clock? {
      switch number {
      case 0:
        guard hasWall else { throw scope.denied(Clocks.wallClock) }
        return .wall
      case 1:
        guard hasMonotonic else { throw scope.denied(Clocks.monotonicClock) }
        return .monotonic
      default: return nil
      }
    }
  }

  static func nanoseconds(_ time: WallTime) -> UInt64 {
    time.seconds &* 1_000_000_000 &+ UInt64(time.nanoseconds)
  }
}
