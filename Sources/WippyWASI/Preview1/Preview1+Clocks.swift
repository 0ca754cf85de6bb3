import WippyComponent
import WippyCore

extension Preview1 {
  /// Subscriptions of one `poll_oneoff` at most.
  private static let largestPoll: UInt32 = 4096

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
    "poll_oneoff": Function([.i32, .i32, .i32, .i32]) { scope in
      .resumable { call throws(HostFault) in try poll(scope, call) }
    },
  ]

  private enum Clock {
    case wall
    case monotonic
  }

  /// The clock of this number; `nil` for those that there are not: the processor's time.
  private static func clock(_ number: UInt32, _ scope: Scope) throws(HostFault) -> Clock? {
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

  private static func nanoseconds(_ time: WallTime) -> UInt64 {
    time.seconds &* 1_000_000_000 &+ UInt64(time.nanoseconds)
  }

  // MARK: poll_oneoff

  /// One subscription: what it waits for, or what is wrong with it.
  private struct Subscription {
    let userData: UInt64
    let kind: UInt8
    let condition: WaitCondition
    let errno: Errno
  }

  private static func poll(_ scope: Scope, _ call: borrowing HostCall) throws(HostFault) -> HostReply {
    let count = call.u32(2)
    guard count > 0, count <= largestPoll else { return .flat(UInt64(Errno.invalid.rawValue)) }
    let input = call.u32(0)
    let output = call.u32(1)
    let eventCount = call.u32(3)
    _ = try call.bytes(at: input, count: count * 48, alignment: 8)
    _ = try call.bytes(at: output, count: count * 32, alignment: 8)
    _ = try call.bytes(at: eventCount, count: 4, alignment: 4)
    let state = try call.state
    var subscriptions: [Subscription] = []
    for index in 0..<count { subscriptions.append(try subscription(at: input &+ index * 48, scope, state, call)) }
    return try wait(for: subscriptions, state, output, eventCount, call)
  }

  private static func subscription(
    at address: UInt32, _ scope: Scope, _ state: WASIState, _ call: borrowing HostCall
  ) throws(HostFault) -> Subscription {
    let userData = try call.load(address, as: UInt64.self)
    let kind = try call.load(address &+ 8, as: UInt8.self)
    var condition = WaitCondition.ready
    var errno = Errno.success
    switch kind {
    case 0:
      let timeout = try call.load(address &+ 24, as: UInt64.self)
      let isAbsolute = try call.load(address &+ 40, as: UInt16.self) & 1 == 1
      let now = state.reactor.now()
      switch try clock(try call.load(address &+ 16, as: UInt32.self), scope) {
      case .monotonic?:
        condition = .time(isAbsolute ? MonotonicTime(nanoseconds: timeout) : now.advanced(byNanoseconds: timeout))
      case .wall?:
        let today = nanoseconds(state.environment.wallClock.now())
        let delay = isAbsolute ? (timeout > today ? timeout - today : 0) : timeout
        condition = .time(now.advanced(byNanoseconds: delay))
      case nil: errno = .invalid
      }
    case 1, 2:
      switch state.descriptors.standard(try call.load(address &+ 16, as: UInt32.self)) {
      case .input? where kind == 1: condition = inputStream(scope, state).condition
      case .output? where kind == 2: condition = outputStream(.output, scope, state).condition
      case .error? where kind == 2: condition = outputStream(.error, scope, state).condition
      default: errno = .badDescriptor
      }
    default: errno = .invalid
    }
    return Subscription(userData: userData, kind: kind, condition: condition, errno: errno)
  }

  private static func wait(
    for subscriptions: [Subscription], _ state: WASIState, _ output: UInt32, _ eventCount: UInt32,
    _ call: borrowing HostCall
  ) throws(HostFault) -> HostReply {
    var check = ReadinessCheck(state.reactor)
    var count: UInt32 = 0
    for item in subscriptions where item.errno != .success || check.isReady(item.condition) {
      let place = output &+ count * 32
      try call.bytes(at: place, count: 32).initializeMemory(as: UInt8.self, repeating: 0)
      try call.store(item.userData, at: place)
      try call.store(item.errno.rawValue, at: place &+ 8)
      try call.store(item.kind, at: place &+ 10)
      count += 1
    }
    guard count == 0 else {
      try call.store(count, at: eventCount)
      return .flat(UInt64(Errno.success.rawValue))
    }
    return .wait(state.wait(for: subscriptions.map(\.condition))) { call throws(HostFault) in
      try wait(for: subscriptions, state, output, eventCount, call)
    }
  }
}
