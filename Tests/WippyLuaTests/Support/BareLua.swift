import CLua

/// A Lua state of its own, without processes: Lua's libraries, and the bounded functions over them.
///
/// Lua's own functions stay there as `stock.string` and `stock.table`. A hook that is asked for yields, as it does when a
/// slice is over.
final class BareLua {
  private let state: OpaquePointer

  init() throws {
    guard let state = luaL_newstate() else { throw BareLuaError("no memory") }
    self.state = state
    luaL_openlibs(state)
    try run(
      """
      stock = {string = {}, table = {}}
      for name, f in pairs(string) do stock.string[name] = f end
      for name, f in pairs(table) do stock.table[name] = f end
      """)
    lua_pushcclosure(state, clua_open_bounded_libraries, 0)
    try check(lua_pcallk(state, 0, 0, 0, 0, nil))
  }

  deinit {
    lua_close(state)
  }

  private func check(_ status: Int32) throws {
    guard status != LUA_OK else { return }
    throw BareLuaError(lua_tolstring(state, -1, nil).map { String(cString: $0) } ?? "an error without a message")
  }

  /// Whether Lua's compiler takes `source`.
  func compiles(_ source: [UInt8]) -> Bool {
    defer { lua_settop(state, 0) }
    return source.withUnsafeBytes { bytes in
      luaL_loadbufferx(state, bytes.baseAddress, bytes.count, "=test", "t") == LUA_OK
    }
  }

  /// Runs a chunk to its end.
  ///
  /// - Returns: How often it was suspended.
  @discardableResult
  func run(_ source: String, interruptingEvery instructions: Int32? = nil) throws -> Int {
    try check(luaL_loadbufferx(state, source, source.utf8.count, "=test", "t"))
    guard let instructions else {
      try check(lua_pcallk(state, 0, 0, 0, 0, nil))
      return 0
    }
    guard let thread = lua_newthread(state) else { throw BareLuaError("no memory") }
    lua_rotate(state, -2, 1)
    lua_xmove(state, thread, 1)
    var suspensions = 0
    while true {
      lua_sethook(thread, yieldingHook, LUA_MASKCOUNT, instructions)
      var results: Int32 = 0
      switch lua_resume(thread, state, 0, &results) {
      case LUA_YIELD:
        suspensions += 1
        lua_settop(thread, -results - 1)
      case LUA_OK:
        lua_settop(state, 0)
        return suspensions
      default:
        throw BareLuaError(lua_tolstring(thread, -1, nil).map { String(cString: $0) } ?? "an error without a message")
      }
    }
  }
}

struct BareLuaError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Yielding in a hook only takes effect when it has returned: no Swift frame is jumped over.
private let yieldingHook: lua_Hook = { state, _ in
  if lua_isyieldable(state) != 0 { lua_yieldk(state, 0, 0, nil) }
}
