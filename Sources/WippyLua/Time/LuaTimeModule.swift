import WippyCore

/// The module `time`.
enum LuaTimeModule {
  static let module = LuaModule("time", LuaTimeFunctions.members + waiting)

  private static let waiting: [LuaMember] = [
    .function("now") { call throws(LuaFailure) in
      call.output.push(time: call.services.wallClock())
      return .values
    },
    .function("sleep", sleep),
    .function("after") { call throws(LuaFailure) in
      let timer = LuaTimer(feed: call.makeFeed(), interval: try call.duration(1), isRepeating: false)
      call.output.pushChannel(capacity: 1, feed: timer.feed)
      timer.start(call)
      return .values
    },
    .function("timer") { call throws(LuaFailure) in
      try start(LuaTimer(feed: call.makeFeed(), interval: interval(call), isRepeating: false), &call)
    },
    .function("ticker") { call throws(LuaFailure) in
      try start(LuaTimer(feed: call.makeFeed(), interval: interval(call), isRepeating: true), &call)
    },
  ]

  private static func interval(_ call: LuaCall) throws(LuaFailure) -> Int64 {
    let duration = try call.duration(1)
    guard duration > 0 else { throw .error(.invalid, "the duration has to be longer than 0") }
    return duration
  }

  private static func start(_ timer: LuaTimer, _ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    call.output.push(LuaTimer.kind, reference: timer, fields: 1)
    call.output.pushChannel(capacity: 1, feed: timer.feed)
    timer.start(call)
    return .values
  }

  private static func sleep(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let duration = try call.duration(1)
    let reactor = call.context.reactor
    let token = TimerToken()
    let ticket = try call.suspend(waitingFor: "time.sleep") { token.cancel(reactor) }
    token.set(
      reactor.schedule(at: reactor.now().advanced(byNanoseconds: UInt64(clamping: duration))) {
        ticket.complete { _ in }
      })
    return .suspended
  }
}
