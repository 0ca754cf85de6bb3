import WippyCore

/// What durations and times can do.
package enum LuaTimeMethods {
  package static let ofDurations: [LuaMember] = [
    .function("nanoseconds") { call throws(LuaFailure) in
      call.push(try call.duration(1))
      return .values
    }
  ]

  package static let ofTimes: [LuaMember] = [
    .function("unix") { call throws(LuaFailure) in
      call.push(try call.object(1, LuaTimeObjects.time).words.0)
      return .values
    }
  ]

  /// What the module `time` has beside now, sleep, after, timer and ticker.
  package static let ofModule: [LuaMember] = []
}
