import CLua
import WippyCore

/// Reads values of Lua's stack as `Value`s, with calls that do not raise.
struct LuaValueReader {
  /// Tables within tables.
  static let maximumDepth = 100
  /// A bound for shared tables, which are copied wherever they are.
  static let maximumBytes = 64 << 20

  private let state: OpaquePointer
  private var bytes = 0
  /// The tables that are being read, to notice a cycle.
  private var open: [UnsafeRawPointer] = []
  private var path: [Step] = []
  private let root: String

  private enum Step {
    case index(Int64)
    case key(String)
  }

  /// - Parameter path: What the value is, for messages.
  static func read(_ state: OpaquePointer, _ index: Int32, path: String) throws(LuaFailure) -> Value {
    // Most values are simple.
    switch lua_type(state, index) {
    case LUA_TNIL: return .null
    case LUA_TBOOLEAN: return .bool(lua_toboolean(state, index) != 0)
    case LUA_TNUMBER: return number(state, index)
    case LUA_TSTRING: return text(state, index)
    default:
      var reader = LuaValueReader(state: state, root: path)
      let top = lua_gettop(state)
      defer { lua_settop(state, top) }
      return try reader.read(lua_absindex(state, index))
    }
  }

  private init(state: OpaquePointer, root: String) {
    self.state = state
    self.root = root
  }

  private static func number(_ state: OpaquePointer, _ index: Int32) -> Value {
    lua_isinteger(state, index) != 0
      ? .integer(lua_tointegerx(state, index, nil)) : .float(lua_tonumberx(state, index, nil))
  }

  private static func text(_ state: OpaquePointer, _ index: Int32) -> Value {
    var length = 0
    guard let start = lua_tolstring(state, index, &length) else { return .string("") }
    let bytes = UnsafeRawBufferPointer(start: start, count: length)
    if let text = String(validating: bytes, as: UTF8.self) { return .string(text) }
    return .bytes(Array(bytes))
  }

  private mutating func read(_ index: Int32) throws(LuaFailure) -> Value {
    bytes += 64
    switch lua_type(state, index) {
    case LUA_TNIL: return .null
    case LUA_TBOOLEAN: return .bool(lua_toboolean(state, index) != 0)
    case LUA_TNUMBER: return LuaValueReader.number(state, index)
    case LUA_TSTRING:
      bytes += Int(lua_rawlen(state, index))
      guard bytes <= LuaValueReader.maximumBytes else { throw failure("more than \(LuaValueReader.maximumBytes) bytes") }
      return LuaValueReader.text(state, index)
    case LUA_TTABLE: return try table(index)
    case LUA_TLIGHTUSERDATA: return .null
    case LUA_TUSERDATA: return try object(index)
    case LUA_TFUNCTION: throw failure("a function cannot leave its process")
    default: throw failure("a coroutine cannot leave its process")
    }
  }

  private func object(_ index: Int32) throws(LuaFailure) -> Value {
    guard let object = clua_to_object(state, index, nil) else { throw failure("this value cannot leave its process") }
    if let error = LuaValueReader.errorValue(state, index) { return error.value }
    if object.pointee.kind == UnsafePointer(LuaResource.kind.handle), let reference = object.pointee.reference {
      let resource = Unmanaged<AnyObject>.fromOpaque(reference).takeUnretainedValue()
      if let resource = resource as? LuaResource { return .resource(resource.value) }
    }
    if object.pointee.kind == clua_payload_class(), object.pointee.words.0 == 1 {
      return try inside(index, 1)
    }
    if object.pointee.kind == UnsafePointer(LuaTimeObjects.duration.handle) { return .integer(object.pointee.words.0) }
    let name = String(cString: object.pointee.kind.pointee.name)
    throw failure("a \(name) cannot leave its process")
  }

  private func inside(_ index: Int32, _ field: Int32) throws(LuaFailure) -> Value {
    guard lua_checkstack(state, 4) != 0 else { throw failure("nested too deep") }
    lua_getiuservalue(state, index, field)
    defer { lua_settop(state, -2) }
    return try LuaValueReader.read(state, -1, path: root)
  }

  private mutating func table(_ index: Int32) throws(LuaFailure) -> Value {
    guard let identity = lua_topointer(state, index) else { return .null }
    if open.contains(identity) { throw failure("the table contains itself") }
    guard open.count < LuaValueReader.maximumDepth, lua_checkstack(state, 6) != 0 else {
      throw failure("nested more than \(LuaValueReader.maximumDepth) levels deep")
    }
    open.append(identity)
    defer { open.removeLast() }
    let length = Int64(clamping: lua_rawlen(state, index))
    return length > 0 ? try array(index, length: length) : try fields(index)
  }

  private mutating func array(_ index: Int32, length: Int64) throws(LuaFailure) -> Value {
    // Every key has to be one of 1...length.
    var count: Int64 = 0
    lua_pushnil(state)
    while lua_next(state, index) != 0 {
      lua_settop(state, -2)
      count += 1
      guard lua_isinteger(state, -1) != 0, (1...length).contains(lua_tointegerx(state, -1, nil)) else {
        throw failure("a table with positions and names as keys: use one or the other")
      }
    }
    guard count == length else { throw failure("an array with holes: use json.null for what is not there") }
    var elements: [Value] = []
    elements.reserveCapacity(Int(min(length, 1 << 16)))
    var position: Int64 = 1
    while position <= length {
      path.append(.index(position))
      lua_rawgeti(state, index, position)
      elements.append(try read(lua_gettop(state)))
      lua_settop(state, -2)
      path.removeLast()
      guard bytes <= LuaValueReader.maximumBytes else { throw failure("more than \(LuaValueReader.maximumBytes) bytes") }
      position += 1
    }
    return .array(elements)
  }

  private mutating func fields(_ index: Int32) throws(LuaFailure) -> Value {
    var fields: [Value.Field] = []
    lua_pushnil(state)
    while lua_next(state, index) != 0 {
      guard lua_type(state, -2) == LUA_TSTRING else {
        let kind = LuaType(rawValue: lua_type(state, -2))?.name ?? "value"
        throw failure(
          lua_type(state, -2) == LUA_TNUMBER
            ? "numbers as keys that do not count from 1: use strings" : "a \(kind) as a key: use strings")
      }
      guard case .string(let key) = LuaValueReader.text(state, -2) else {
        throw failure("a key that is not valid UTF-8")
      }
      bytes += key.utf8.count
      path.append(.key(key))
      fields.append(Value.Field(key, try read(lua_gettop(state))))
      path.removeLast()
      guard bytes <= LuaValueReader.maximumBytes else { throw failure("more than \(LuaValueReader.maximumBytes) bytes") }
      lua_settop(state, -2)
    }
    if fields.isEmpty { return .array([]) }
    // Lua's order differs from run to run.
    fields.sort { $0.key < $1.key }
    return .table(fields)
  }

  private func failure(_ message: String) -> LuaFailure {
    var text = root
    for (number, step) in path.enumerated() {
      if number == 0 { text += ": " }
      switch step {
      case .index(let index): text += "[\(index)]"
      case .key(let key): text += number == 0 ? key : ".\(key)"
      }
    }
    return .error(.invalid, "\(text): \(message)")
  }

  /// The error object at `index`; `nil` when it is none.
  static func errorValue(_ state: OpaquePointer, _ index: Int32) -> LuaErrorValue? {
    guard let object = clua_to_object(state, index, clua_error_class()), lua_checkstack(state, 6) != 0 else { return nil }
    let index = lua_absindex(state, index)
    let top = lua_gettop(state)
    defer { lua_settop(state, top) }
    func string(_ field: Int32) -> String? {
      lua_getiuservalue(state, index, field)
      guard lua_type(state, -1) == LUA_TSTRING, case .string(let text) = text(state, -1) else { return nil }
      return text
    }
    let kind = string(1) ?? ErrorKind.unknown.rawValue
    let message = string(2) ?? ""
    let stack = string(4)
    lua_getiuservalue(state, index, 3)
    // Details that cannot cross are left out: the error itself matters more.
    let details = lua_type(state, -1) == LUA_TNIL ? nil : try? read(state, -1, path: "details")
    let word = object.pointee.words.0
    return LuaErrorValue(
      kind: kind, message: message, retryable: word < 0 ? nil : word != 0, details: details, stack: stack)
  }
}
