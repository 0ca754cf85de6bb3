import WippyCore

/// Durations and times as objects. Their methods are `LuaTimeMethods`'.
package enum LuaTimeObjects {
  /// Words: nanoseconds.
  package static let duration = LuaClass("Duration", LuaDurationMethods.ofDurations)
  /// Words: seconds since the Unix epoch (signed), nanoseconds of the second, and its zone: 0 is UTC, 1 this machine's, 2
  /// the `Location` that it refers to.
  package static let time = LuaClass("Time", hasReference: true, LuaTimeMethods.ofTimes)
  /// Refers to a `Location`.
  package static let location = LuaClass("Location", hasReference: true, LuaTimeMethods.ofLocations)
}

extension LuaOutput {
  package mutating func push(durationOfNanoseconds nanoseconds: Int64) {
    push(LuaTimeObjects.duration, words: (nanoseconds, 0, 0))
  }

  /// In this machine's zone.
  package mutating func push(time: WallTime) {
    push(ZonedTime(seconds: Int64(clamping: time.seconds), nanosecond: Int(time.nanoseconds), location: .local))
  }

  package mutating func push(_ time: ZonedTime) {
    let words = (time.seconds, Int64(time.nanosecond))
    if time.location === Location.utc {
      push(LuaTimeObjects.time, words: (words.0, words.1, 0))
    } else if time.location === Location.local {
      push(LuaTimeObjects.time, words: (words.0, words.1, 1))
    } else {
      push(LuaTimeObjects.time, words: (words.0, words.1, 2), reference: time.location)
    }
  }
}

extension LuaCall {
  /// A time, with its zone.
  package func time(_ index: Int) throws(LuaFailure) -> ZonedTime {
    let object = try object(index, LuaTimeObjects.time)
    let location: Location
    switch object.words.2 {
    case 0: location = .utc
    case 1: location = .local
    default: location = object.reference as? Location ?? .utc
    }
    return ZonedTime(seconds: object.words.0, nanosecond: Int(object.words.1), location: location)
  }

  /// A duration in nanoseconds: a duration, a text (`"1h30m"`), or an integer of nanoseconds.
  package func duration(_ index: Int) throws(LuaFailure) -> Int64 {
    if let object = optionalObject(index, LuaTimeObjects.duration) { return object.words.0 }
    switch type(index) {
    case .number: return try integer(index)
    case .string:
      let text = try string(index)
      guard let nanoseconds = DurationText.signedNanoseconds(text) else {
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
