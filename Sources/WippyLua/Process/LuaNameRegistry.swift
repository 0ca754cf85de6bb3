import WippyCore

/// `process.registry`.
enum LuaNameRegistry {
  static let members: [LuaMember] = [
    .text("LOCAL", "local"),
    .function("register") { call throws(LuaFailure) in
      let name = try name(call, 1)
      let pid = call.isNil(2) ? call.context.pid : try call.destination(2)
      do throws(NameFailure) {
        try call.context.system.register(name, pid)
      } catch {
        throw .error(error.kind, error.description)
      }
      call.push(true)
      return .values
    },
    .function("lookup") { call throws(LuaFailure) in
      let name = try name(call, 1)
      guard let pid = call.context.system.lookup(name) else {
        throw .error(.notFound, "no process has the name \"\(name)\"")
      }
      call.push(pid.description)
      return .values
    },
    .function("unregister") { call throws(LuaFailure) in
      let name = try name(call, 1)
      call.push(call.context.system.unregister(name))
      return .values
    },
  ]

  private static let maximumLength = 256

  private static func name(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> String {
    let name = try call.string(index)
    guard !name.isEmpty, name.utf8.count <= maximumLength, name.utf8.first != UInt8(ascii: "{"),
      name.utf8.first != UInt8(ascii: "@")
    else {
      throw .error(.invalid, "a name has 1 to \(maximumLength) bytes, and does not begin with { or @")
    }
    return name
  }
}
