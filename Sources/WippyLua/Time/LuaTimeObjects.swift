import WippyCore

/// Durations and times as objects. Their methods are `LuaTimeMethods`'.
package enum LuaTimeObjects {
  /// Words: nanoseconds.
  package static let duration = LuaClass("Duration", LuaTimeMethods.ofDurations)
  /// Words: seconds since the Unix epoch (signed), nanoseconds of the second, and the number of its zone (0 is UTC).
  package static let time = LuaClass("Time", LuaTimeMethods.ofTimes)
}

extension LuaOutput {
  package mutating func push(durationOfNanoseconds nanoseconds: Int64) {
    push(LuaTimeObjects.duration, words: (nanoseconds, 0, 0))
  }

  package mutating func push(time: WallTime, zone: Int64 = 0) {
    push(LuaTimeObjects.time, words: (Int64(clamping: time.seconds), Int64(time.nanoseconds), zone))
  }
}

extension LuaCall {
  /// A duration in nanoseconds: a duration, a text (`"1h30m"`), or an integer of nanoseconds.
  package func duration(_ index: Int) throws(LuaFailure) -> Int64 {
    if let object = optionalObject(index, LuaTimeObjects.duration) { return object.words.0 }
    switch type(index) {
    case .number: return try integer(index)
    case .string:
      let text = try string(index)
      guard let nanoseconds = LuaDurationText.parse(text) else {
        throw .error(.invalid, "\"\(text.prefix(40))\" is no duration: write \"500ms\", \"10s\" or \"1h30m\"")
      }
      return nanoseconds
    default: throw expected("duration", index)
    }
  }

  package func optionalDuration(_ index: Int) throws(LuaFailure) -> Int64? {
    isNil(index) ? nil : try duration(index)
  }
}
