import WippyCore

/// What times and zones can do.
package enum LuaTimeMethods {
  package static let ofTimes: [LuaMember] =
    parts + comparisons + [
      .function("add", add),
      .function("__add", add),
      .function("sub") { call throws(LuaFailure) in
        call.output.push(durationOfNanoseconds: try call.time(1).since(call.time(2)))
        return .values
      },
      .function("__sub") { call throws(LuaFailure) in
        if call.optionalObject(2, LuaTimeObjects.time) != nil {
          call.output.push(durationOfNanoseconds: try call.time(1).since(call.time(2)))
        } else {
          let duration = try call.duration(2)
          call.output.push(try call.time(1).adding(nanoseconds: duration == .min ? .max : -duration))
        }
        return .values
      },
      .function("add_date") { call throws(LuaFailure) in
        let time = try call.time(1)
        call.output.push(
          time.adding(years: try count(call, 2), months: try count(call, 3), days: try count(call, 4)))
        return .values
      },
      .function("format") { call throws(LuaFailure) in
        call.push(try call.time(1).format(call.string(2, default: LuaTimeLayouts.rfc3339)))
        return .values
      },
      .function("format_rfc3339") { call throws(LuaFailure) in
        call.push(try call.time(1).format(LuaTimeLayouts.rfc3339))
        return .values
      },
      .function("__tostring") { call throws(LuaFailure) in
        call.push(try call.time(1).format("2006-01-02 15:04:05.999999999 -0700 MST"))
        return .values
      },
      .function("utc") { call throws(LuaFailure) in try moved(&call, to: .utc) },
      .function("in_local") { call throws(LuaFailure) in try moved(&call, to: .local) },
      .function("in_location") { call throws(LuaFailure) in
        try moved(&call, to: call.reference(2, LuaTimeObjects.location, as: Location.self))
      },
      .function("location") { call throws(LuaFailure) in
        call.output.push(LuaTimeObjects.location, reference: try call.time(1).location)
        return .values
      },
      .function("round") { call throws(LuaFailure) in
        call.output.push(try call.time(1).rounded(to: call.duration(2)))
        return .values
      },
      .function("truncate") { call throws(LuaFailure) in
        call.output.push(try call.time(1).truncated(to: call.duration(2)))
        return .values
      },
    ]

  package static let ofLocations: [LuaMember] = [
    .function("string") { call throws(LuaFailure) in
      call.push(try call.reference(1, LuaTimeObjects.location, as: Location.self).name)
      return .values
    },
    .function("__tostring") { call throws(LuaFailure) in
      call.push(try call.reference(1, LuaTimeObjects.location, as: Location.self).name)
      return .values
    },
  ]

  private static let parts: [LuaMember] = [
    .function("unix") { call throws(LuaFailure) in
      call.push(try call.time(1).seconds)
      return .values
    },
    .function("unix_nano") { call throws(LuaFailure) in
      call.push(Int64(clamping: try call.time(1).nanoseconds))
      return .values
    },
    .function("date") { call throws(LuaFailure) in
      let civil = try call.time(1).civil
      call.push(civil.year)
      call.push(civil.month)
      call.push(civil.day)
      return .values
    },
    .function("clock") { call throws(LuaFailure) in
      let civil = try call.time(1).civil
      call.push(civil.hour)
      call.push(civil.minute)
      call.push(civil.second)
      return .values
    },
    part("year") { Int($0.year) },
    part("month") { $0.month },
    part("day") { $0.day },
    part("hour") { $0.hour },
    part("minute") { $0.minute },
    part("second") { $0.second },
    part("nanosecond") { $0.nanosecond },
    part("weekday") { $0.weekday },
    part("year_day") { $0.dayOfYear },
    .function("is_zero") { call throws(LuaFailure) in
      call.push(try call.time(1).isZero)
      return .values
    },
  ]

  private static let comparisons: [LuaMember] = [
    comparison("before") { $0 < $1 },
    comparison("after") { $0 > $1 },
    comparison("equal") { $0 == $1 },
    comparison("__lt") { $0 < $1 },
    comparison("__le") { $0 <= $1 },
    comparison("__eq") { $0 == $1 },
  ]

  private static func part(_ name: String, _ get: @escaping @Sendable (CivilTime) -> Int) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      call.push(get(try call.time(1).civil))
      return .values
    }
  }

  private static func comparison(_ name: String, _ holds: @escaping @Sendable (Int128, Int128) -> Bool) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      call.push(holds(try call.time(1).nanoseconds, try call.time(2).nanoseconds))
      return .values
    }
  }

  private static func add(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    // With the operator, the time may stand on either side.
    let time = call.optionalObject(1, LuaTimeObjects.time) == nil ? 2 : 1
    call.output.push(try call.time(time).adding(nanoseconds: call.duration(3 - time)))
    return .values
  }

  private static func moved(_ call: inout LuaCall, to location: Location) throws(LuaFailure) -> LuaReturn {
    var time = try call.time(1)
    time.location = location
    call.output.push(time)
    return .values
  }

  /// A number of years, months or days.
  private static func count(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> Int64 {
    let count = try call.integer(index, default: 0)
    guard (-10_000_000...10_000_000).contains(count) else { throw .argument(index, "out of range") }
    return count
  }
}
