import WippyCore

/// What the module `time` has beside what waits: constants, and the functions that make times and durations.
enum LuaTimeFunctions {
  static let members: [LuaMember] =
    LuaDurationMethods.constructors + constants + [
      .function("date", date),
      .function("unix") { call throws(LuaFailure) in
        let seconds = Int128(try call.integer(1)) * 1_000_000_000 + Int128(try call.integer(2, default: 0))
        call.output.push(ZonedTime(nanoseconds: seconds, location: .local))
        return .values
      },
      .function("parse", parse),
      .function("parse_duration") { call throws(LuaFailure) in
        call.output.push(durationOfNanoseconds: try call.duration(1))
        return .values
      },
      .function("load_location") { call throws(LuaFailure) in
        let name = try call.string(1)
        guard !name.isEmpty else { throw .error(.invalid, "the name of a location is empty") }
        guard let location = Location.load(name) else {
          throw .error(.notFound, "there is no location \"\(name.prefix(60))\": write a name such as Europe/London")
        }
        call.output.push(LuaTimeObjects.location, reference: location)
        return .values
      },
      .function("fixed_zone") { call throws(LuaFailure) in
        let offset = try call.integer(2)
        guard (-172_800...172_800).contains(offset) else { throw .argument(2, "an offset in seconds expected") }
        call.output.push(
          LuaTimeObjects.location, reference: Location.fixed(try call.string(1), offset: Int(offset)))
        return .values
      },
      .value("utc") { call throws(LuaFailure) in
        call.output.push(LuaTimeObjects.location, reference: Location.utc)
        return .values
      },
      .value("localtz") { call throws(LuaFailure) in
        call.output.push(LuaTimeObjects.location, reference: Location.local)
        return .values
      },
    ]

  private static let constants: [LuaMember] =
    LuaTimeLayouts.all.map { .text($0.name, $0.layout) }
    + LuaDurationMethods.units.map { .integer(String($0.name.uppercased().dropLast()), $0.nanoseconds) }
    + TimeLayout.months.enumerated().map { .integer($0.element.uppercased(), Int64($0.offset) + 1) }
    + TimeLayout.weekdays.enumerated().map { .integer($0.element.uppercased(), Int64($0.offset)) }

  private static func location(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> Location? {
    call.isNil(index) ? nil : try call.reference(index, LuaTimeObjects.location, as: Location.self)
  }

  private static func parse(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let (layout, text) = (try call.string(1), try call.string(2))
    let location = try location(call, 3) ?? .utc
    do {
      call.output.push(try ZonedTime.parse(text, layout, in: location))
    } catch { throw .error(.invalid, error.message) }
    return .values
  }

  private static func date(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let year = try call.integer(1)
    guard (-10_000_000...10_000_000).contains(year) else { throw .argument(1, "the year is out of range") }
    var parts: [Int] = []
    for index in 2...6 {
      let part = try call.integer(index, default: index < 4 ? 1 : 0)
      guard (-1_000_000_000_000...1_000_000_000_000).contains(part) else { throw .argument(index, "out of range") }
      parts.append(Int(part))
    }
    let nanosecond = try call.integer(7, default: 0)
    let location = try location(call, 8) ?? .local
    let civil = CivilTime(
      year: year, month: parts[0], day: parts[1], hour: parts[2], minute: parts[3], second: parts[4])
    // Parts that are too large count on into the next larger one.
    let seconds = location.seconds(of: CivilTime(seconds: civil.seconds))
    call.output.push(
      ZonedTime(nanoseconds: Int128(seconds) * 1_000_000_000 + Int128(nanosecond), location: location))
    return .values
  }
}
