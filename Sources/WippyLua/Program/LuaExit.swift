import CLua
import WippyCore

/// How a method's end becomes an exit reason.
enum LuaExit {
  /// A method that returned: `value`, or `nil, err`.
  static func reason(returned vm: LuaVM) -> ExitReason {
    guard let state = clua_result_state(vm.handle) else { return .normal(nil) }
    let count = lua_gettop(state)
    do throws(LuaFailure) {
      if count >= 2, lua_type(state, 1) == LUA_TNIL, lua_type(state, 2) != LUA_TNIL {
        return .error(try LuaValueReader.read(state, 2, path: "the returned error"))
      }
      guard count >= 1, lua_type(state, 1) != LUA_TNIL else { return .normal(nil) }
      return .normal(try LuaValueReader.read(state, 1, path: "the returned value"))
    } catch {
      guard case .error(let value) = error else {
        return .error(.string("the returned value cannot leave its process"))
      }
      return .error(value.value)
    }
  }

  /// An uncaught error, with its traceback.
  static func error(of vm: LuaVM) -> LuaErrorValue {
    var error = LuaErrorValue(.internal, "")
    if let state = clua_result_state(vm.handle) {
      if let own = LuaValueReader.errorValue(state, -1) {
        error = own
      } else {
        switch lua_type(state, -1) {
        case LUA_TSTRING, LUA_TNUMBER: error.message = message(of: vm)
        default:
          let type = LuaType(rawValue: lua_type(state, -1))?.name ?? "unknown"
          error.message = "the error is a \(type) value"
          error.details = try? LuaValueReader.read(state, -1, path: "error")
        }
      }
    }
    var length = 0
    if let text = clua_traceback(vm.handle, &length) {
      let bytes = UnsafeRawBufferPointer(start: text, count: length)
      error.stack = String(decoding: bytes, as: UTF8.self)
    }
    return error
  }

  static func message(of vm: LuaVM) -> String {
    guard let state = clua_result_state(vm.handle), lua_gettop(state) > 0 else { return "" }
    guard let value = try? LuaValueReader.read(state, -1, path: "error") else { return "" }
    switch value {
    case .string(let text): return text
    case .integer(let number): return "\(number)"
    case .float(let number): return "\(number)"
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    default: return "the error is a \(value.typeName)"
    }
  }
}
