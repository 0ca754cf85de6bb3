import WippyCore

/// What durations can do, and the functions of `time` that make them.
enum LuaDurationMethods {
  static let units: [(name: String, nanoseconds: Int64)] = [
    ("nanoseconds", 1), ("microseconds", 1000), ("milliseconds", 1_000_000), ("seconds", 1_000_000_000),
    ("minutes", 60_000_000_000), ("hours", 3_600_000_000_000),
  ]

  /// `d:seconds()`: integers below a second, floats above.
  static let ofDurations: [LuaMember] =
    units.map { name, unit in
      .function(name) { call throws(LuaFailure) in
        let duration = try call.duration(1)
        if unit < 1_000_000_000 { call.push(duration / unit) } else { call.push(Double(duration) / Double(unit)) }
        return .values
      }
    } + [
      .function("string", text), .function("__tostring", text),
      operation("__add") { $0.addingReportingOverflow($1) },
      operation("__sub") { $0.subtractingReportingOverflow($1) },
      .function("__unm") { call throws(LuaFailure) in
        call.output.push(durationOfNanoseconds: 0 - max(try call.duration(1), -.max))
        return .values
      },
      .function("__mul", multiply),
      .function("__div", divide),
      comparison("__eq") { $0 == $1 },
      comparison("__lt") { $0 < $1 },
      comparison("__le") { $0 <= $1 },
    ]

  /// `time.seconds(n)`
  static let constructors: [LuaMember] = units.map { name, unit in
    .function(name) { call throws(LuaFailure) in
      try scaled(&call, number: 1, by: unit)
    }
  }

  private static func text(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    call.push(DurationText.text(ofNanoseconds: try call.duration(1)))
    return .values
  }

  private static func operation(
    _ name: String, _ compute: @escaping @Sendable (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      // A time on one side has its own addition.
      if call.optionalObject(2, LuaTimeObjects.time) != nil, name == "__add" {
        call.output.push(try call.time(2).adding(nanoseconds: call.duration(1)))
        return .values
      }
      let result = compute(try call.duration(1), try call.duration(2))
      guard !result.overflow else { throw .raise("the duration is longer than 292 years") }
      call.output.push(durationOfNanoseconds: result.partialValue)
      return .values
    }
  }

  private static func comparison(_ name: String, _ holds: @escaping @Sendable (Int64, Int64) -> Bool) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      call.push(holds(try call.duration(1), try call.duration(2)))
      return .values
    }
  }

  private static func multiply(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let duration = call.optionalObject(1, LuaTimeObjects.duration) == nil ? 2 : 1
    return try scaled(&call, number: 3 - duration, by: call.duration(duration))
  }

  private static func divide(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let duration = try call.duration(1)
    if let divisor = call.optionalObject(2, LuaTimeObjects.duration) {
      call.push(Double(duration) / Double(divisor.words.0))
      return .values
    }
    return try push(&call, nanoseconds: Double(duration) / call.number(2))
  }

  /// Exact for integers.
  private static func scaled(_ call: inout LuaCall, number: Int, by unit: Int64) throws(LuaFailure) -> LuaReturn {
    guard call.isInteger(number) else { return try push(&call, nanoseconds: call.number(number) * Double(unit)) }
    let (product, overflow) = try call.integer(number).multipliedReportingOverflow(by: unit)
    guard !overflow else { throw .raise("the duration is longer than 292 years") }
    call.output.push(durationOfNanoseconds: product)
    return .values
  }

  private static func push(_ call: inout LuaCall, nanoseconds: Double) throws(LuaFailure) -> LuaReturn {
    guard let exact = Int64(exactly: nanoseconds.rounded()) else {
      throw .raise("the duration is longer than 292 years")
    }
    call.output.push(durationOfNanoseconds: exact)
    return .values
  }
}
