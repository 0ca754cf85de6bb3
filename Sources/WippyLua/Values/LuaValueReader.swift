import CLua
import WippyCore

/// Reads values of Lua's stack as `Value`s, with calls that do not raise.
struct LuaValueReader {
  /// Tables within tables.
  static let maximumDepth = 100
  /// Of all strings together.
  static let maximumBytes = 64 << 20
  /// A bound for the time that reading takes, which nothing interrupts: a number is one, a string two, a table eight. Tables
  /// that are shared are copied wherever they are, so a few can be very many.
  static let maximumWork = 1_000_000

  private let state: OpaquePointer
  private var bytes = 0
  private var work = 0
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
    var work = 0
    return try read(state, index, path: path, work: &work)
  }

  /// As above, for one of several values that are read together: they share the bound of `work`.
  static func read(
    _ state: OpaquePointer, _ index: Int32, path: @autoclosure () -> String, work: inout Int
  ) throws(LuaFailure) -> Value {
    // Most values are simple.
    switch lua_type(state, index) {
    case LUA_TNIL: return .null
    case LUA_TBOOLEAN: return .bool(lua_toboolean(state, index) != 0)
    case LUA_TNUMBER: return number(state, index)
    case LUA_TSTRING: return text(state, index)
    default:
      var reader = LuaValueReader(state: state, root: path())
      reader.work = work
      defer { work = reader.work }
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
    if let text = String(validUTF8: bytes) { return .string(text) }
    return .bytes(Array(bytes))
  }

  private mutating func read(_ index: Int32) throws(LuaFailure) -> Value {
    let type = lua_type(state, index)
    work += type == LUA_TTABLE || type == LUA_TUSERDATA ? 8 : type == LUA_TSTRING ? 2 : 1
    guard work <= LuaValueReader.maximumWork else { throw failure("too many values: more than can be copied at once") }
    switch type {
    case LUA_TNIL: return .null
    case LUA_TBOOLEAN: return .bool(lua_toboolean(state, index) != 0)
    case LUA_TNUMBER: return LuaValueReader.number(state, index)
    case LUA_TSTRING:
      bytes += Int(lua_rawlen(state, index))
      guard bytes <= LuaValueReader.maximumBytes else {
        throw failure("more than \(LuaValueReader.maximumBytes) bytes")
      }
      return LuaValueReader.text(state, index)
    case LUA_TTABLE: return try table(index)
    case LUA_TLIGHTUSERDATA: return .null
    case LUA_TUSERDATA: return try object(index)
    case LUA_TFUNCTION: throw failure("a function cannot leave its process")
    default: throw failure("a coroutine cannot leave its process")
    }
  }

  private mutating func object(_ index: Int32) throws(LuaFailure) -> Value {
    guard let object = clua_to_object(state, index, nil) else { throw failure("this value cannot leave its process") }
    if object.pointee.kind == clua_error_class() { return try error(index, object).value }
    if object.pointee.kind == UnsafePointer(LuaResource.kind.handle), let reference = object.pointee.reference {
      let resource = Unmanaged<AnyObject>.fromOpaque(reference).takeUnretainedValue()
      if let resource = resource as? LuaResource { return .resource(resource.value) }
    }
    if object.pointee.kind == clua_payload_class(), object.pointee.words.0 == 1 {
      return try nested(in: index) { reader throws(LuaFailure) in try reader.field(1, of: index) }
    }
    if object.pointee.kind == UnsafePointer(LuaTimeObjects.duration.handle) { return .integer(object.pointee.words.0) }
    let name = String(cString: object.pointee.kind.pointee.name)
    throw failure("a \(name) cannot leave its process")
  }

  /// What `body` reads is inside the table or object at `index`, which may not contain itself.
  private mutating func nested<Result>(
    in index: Int32, _ body: (inout LuaValueReader) throws(LuaFailure) -> Result
  ) throws(LuaFailure) -> Result {
    guard let identity = lua_topointer(state, index) else { throw failure("this value cannot leave its process") }
    if open.contains(identity) { throw failure("the table contains itself") }
    guard open.count < LuaValueReader.maximumDepth, lua_checkstack(state, 8) != 0 else {
      throw failure("nested more than \(LuaValueReader.maximumDepth) levels deep")
    }
    open.append(identity)
    defer { open.removeLast() }
    return try body(&self)
  }

  /// A value inside an object.
  private mutating func field(_ field: Int32, of index: Int32) throws(LuaFailure) -> Value {
    let top = lua_gettop(state)
    defer { lua_settop(state, top) }
    lua_getiuservalue(state, index, field)
    return try read(top + 1)
  }

  private mutating func error(
    _ index: Int32, _ object: UnsafeMutablePointer<clua_object>
  ) throws(LuaFailure) -> LuaErrorValue {
    try nested(in: index) { reader throws(LuaFailure) in
      func text(_ value: Value) -> String? {
        switch value {
        case .string(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
      }
      let kind = text(try reader.field(1, of: index)) ?? ErrorKind.unknown.rawValue
      let message = text(try reader.field(2, of: index)) ?? ""
      let stack = text(try reader.field(4, of: index))
      // Details that cannot cross are left out: the error itself matters more.
      let steps = reader.path.count
      var details: Value?
      do throws(LuaFailure) { details = try reader.field(3, of: index) } catch {
        reader.path.removeSubrange(steps...)
      }
      if details == .null { details = nil }
      let word = object.pointee.words.0
      return LuaErrorValue(
        kind: kind, message: message, retryable: word < 0 ? nil : word != 0, details: details,
        stack: stack)
    }
  }

  private mutating func table(_ index: Int32) throws(LuaFailure) -> Value {
    try nested(in: index) { reader throws(LuaFailure) in
      let length = Int64(clamping: lua_rawlen(reader.state, index))
      return length > 0 ? try reader.array(index, length: length) : try reader.fields(index)
    }
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
      work += 2
      path.append(.key(key))
      fields.append(Value.Field(key, try read(lua_gettop(state))))
      path.removeLast()
      guard bytes <= LuaValueReader.maximumBytes else {
        throw failure("more than \(LuaValueReader.maximumBytes) bytes")
      }
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
    guard let object = clua_to_object(state, index, clua_error_class()) else { return nil }
    var reader = LuaValueReader(state: state, root: "error")
    return try? reader.error(lua_absindex(state, index), object)
  }
}
