import WippyCore

/// The module `uuid`.
enum LuaUUIDModule {
  static let module = LuaModule(
    "uuid",
    [
      .function("v1") { call throws(LuaFailure) in
        let now = call.services.wallClock()
        return push(
          &call, UniqueID(seconds: now.seconds, nanoseconds: now.nanoseconds, random: call.randomBytes(8)))
      },
      .function("v3") { call throws(LuaFailure) in try named(&call, 3) },
      .function("v4") { call throws(LuaFailure) in
        push(&call, UniqueID(version: 4, content: call.randomBytes(16)))
      },
      .function("v5") { call throws(LuaFailure) in try named(&call, 5) },
      .function("v7") { call throws(LuaFailure) in
        let now = call.services.wallClock()
        let milliseconds = now.seconds &* 1000 &+ UInt64(now.nanoseconds / 1_000_000)
        return push(&call, UniqueID(milliseconds: milliseconds, random: call.randomBytes(10)))
      },
      .function("validate") { call throws(LuaFailure) in
        let text = call.type(1) == .string ? call.withBytes(1) { String(validating: $0, as: UTF8.self) } : nil
        call.push(text.flatMap { UniqueID($0) } != nil)
        return .values
      },
      .function("version") { call throws(LuaFailure) in
        call.push(try id(call, 1).version)
        return .values
      },
      .function("variant") { call throws(LuaFailure) in
        call.push(try id(call, 1).variant)
        return .values
      },
      .function("parse", parse),
      .function("format", format),
    ])

  private static func push(_ call: inout LuaCall, _ id: UniqueID) -> LuaReturn {
    call.push(id.text)
    return .values
  }

  private static func text(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> String {
    guard call.type(index) == .string else {
      throw .error(.invalid, "argument \(index): expected a string, got \(call.typeName(index))")
    }
    return call.withBytes(index) { String(decoding: $0, as: UTF8.self) }
  }

  private static func id(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> UniqueID {
    let text = try text(call, index)
    guard let id = UniqueID(text) else { throw .error(.invalid, "\"\(text.prefix(50))\" is no UUID") }
    return id
  }

  private static func named(_ call: inout LuaCall, _ version: UInt8) throws(LuaFailure) -> LuaReturn {
    let namespace = try id(call, 1)
    guard call.type(2) == .string else {
      throw .error(.invalid, "argument 2: expected a string, got \(call.typeName(2))")
    }
    return push(&call, UniqueID(version: version, namespace: namespace, name: try call.bytes(2)))
  }

  private static func parse(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let id = try id(call, 1)
    var fields: [Value.Field] = [
      .init("version", .integer(Int64(id.version))), .init("variant", .string(id.variant)),
    ]
    if let timestamp = id.timestamp { fields.append(.init("timestamp", .integer(timestamp))) }
    if id.version == 1 {
      fields.append(.init("node", .string(LuaHashModule.hexadecimal(Array(id.bytes.suffix(6))))))
    }
    return call.returning(.table(fields))
  }

  private static func format(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let id = try id(call, 1)
    switch call.isNil(2) ? "standard" : try text(call, 2) {
    case "standard": call.push(id.text)
    case "simple": call.push(id.simpleText)
    case "urn": call.push("urn:uuid:" + id.text)
    case let other: throw .error(.invalid, "the format \"\(other.prefix(30))\" is none: write standard, simple or urn")
    }
    return .values
  }
}

extension LuaCall {
  /// From the host's source of randomness.
  func randomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let fill = services.randomness
    bytes.withUnsafeMutableBytes { fill($0) }
    return bytes
  }
}
