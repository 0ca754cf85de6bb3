import CLua
import WippyCore

/// One call of a Swift function by a Lua program: its arguments, counted from 1, and its results.
package struct LuaCall {
  let state: OpaquePointer
  unowned(unsafe) let vm: LuaVM
  /// The results, in order.
  package var output: LuaOutput
  /// How many arguments there are.
  package let count: Int

  init(state: OpaquePointer, vm: LuaVM) {
    self.state = state
    self.vm = vm
    output = LuaOutput(vm.output)
    count = Int(lua_gettop(state))
  }

  // MARK: Arguments

  package func type(_ index: Int) -> LuaType {
    guard index <= count else { return .none }
    return LuaType(rawValue: lua_type(state, Int32(index))) ?? .none
  }

  package func isNil(_ index: Int) -> Bool { index > count || lua_type(state, Int32(index)) <= LUA_TNIL }

  /// What a message calls the argument: the class's name for an object.
  package func typeName(_ index: Int) -> String {
    guard index <= count else { return "no value" }
    if let object = clua_to_object(state, Int32(index), nil) {
      return String(cString: object.pointee.kind.pointee.name)
    }
    return type(index).name
  }

  package func expected(_ what: String, _ index: Int) -> LuaFailure {
    .argument(index, "\(what) expected, got \(typeName(index))")
  }

  /// Text; a number is not taken for one.
  package func string(_ index: Int) throws(LuaFailure) -> String {
    guard type(index) == .string else { throw expected("string", index) }
    guard let text = withBytes(index, { String(validUTF8: $0) }) else {
      throw .argument(index, "the string is not valid UTF-8")
    }
    return text
  }

  package func string(_ index: Int, default text: String) throws(LuaFailure) -> String {
    isNil(index) ? text : try string(index)
  }

  package func optionalString(_ index: Int) throws(LuaFailure) -> String? {
    isNil(index) ? nil : try string(index)
  }

  /// A string of any bytes.
  package func bytes(_ index: Int) throws(LuaFailure) -> [UInt8] {
    guard type(index) == .string else { throw expected("string", index) }
    return withBytes(index) { Array($0) }
  }

  /// A string's bytes, without a copy. Empty when it is none: look at `type` first.
  package func withBytes<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    var length = 0
    guard type(index) == .string, let start = lua_tolstring(state, Int32(index), &length) else {
      return body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    return body(UnsafeRawBufferPointer(start: start, count: length))
  }

  /// An integer, or a float without fraction.
  package func integer(_ index: Int) throws(LuaFailure) -> Int64 {
    guard type(index) == .number else { throw expected("integer", index) }
    var isInteger: Int32 = 0
    let value = lua_tointegerx(state, Int32(index), &isInteger)
    guard isInteger != 0 else { throw .argument(index, "number has no integer representation") }
    return value
  }

  package func integer(_ index: Int, default value: Int64) throws(LuaFailure) -> Int64 {
    isNil(index) ? value : try integer(index)
  }

  package func number(_ index: Int) throws(LuaFailure) -> Double {
    guard type(index) == .number else { throw expected("number", index) }
    return lua_tonumberx(state, Int32(index), nil)
  }

  /// Whether a number is an integer of Lua's, no float.
  package func isInteger(_ index: Int) -> Bool { index <= count && lua_isinteger(state, Int32(index)) != 0 }

  package func boolean(_ index: Int) throws(LuaFailure) -> Bool {
    guard type(index) == .boolean else { throw expected("boolean", index) }
    return lua_toboolean(state, Int32(index)) != 0
  }

  package func boolean(_ index: Int, default value: Bool) throws(LuaFailure) -> Bool {
    isNil(index) ? value : try boolean(index)
  }

  /// As `if` sees it.
  package func isTrue(_ index: Int) -> Bool { index <= count && lua_toboolean(state, Int32(index)) != 0 }

  /// Any value that can cross; nil and none are `null`. What cannot throws `.error(.invalid)` with the path.
  package func value(_ index: Int) throws(LuaFailure) -> Value {
    if index > count { return .null }
    return try LuaValueReader.read(state, Int32(index), path: "argument \(index)")
  }

  /// All arguments from `first` on.
  package func values(from first: Int) throws(LuaFailure) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(max(0, count - first + 1))
    var index = first
    var work = 0
    while index <= count {
      values.append(try LuaValueReader.read(state, Int32(index), path: "argument \(index)", work: &work))
      index += 1
    }
    return values
  }

  /// A table's fields as a `Value.table`; nil and none are an empty one.
  package func fields(_ index: Int) throws(LuaFailure) -> Value {
    if isNil(index) { return .table([]) }
    guard type(index) == .table else { throw expected("table", index) }
    switch try value(index) {
    case .array(let elements) where elements.isEmpty: return .table([])
    case .table(let fields): return .table(fields)
    default: throw .argument(index, "a table with names as keys expected, got an array")
    }
  }

  /// An object of a class.
  package func object(_ index: Int, _ kind: LuaClass) throws(LuaFailure) -> LuaObject {
    guard let pointer = clua_to_object(state, Int32(index), kind.handle) else { throw expected(kind.name, index) }
    return LuaObject(pointer: pointer)
  }

  /// An object of a class, or `nil` for any other value.
  package func optionalObject(_ index: Int, _ kind: LuaClass) -> LuaObject? {
    clua_to_object(state, Int32(index), kind.handle).map(LuaObject.init)
  }

  /// The Swift object of an object.
  package func reference<Reference: AnyObject>(
    _ index: Int, _ kind: LuaClass, as type: Reference.Type
  ) throws(LuaFailure) -> Reference {
    guard let reference = try object(index, kind).reference as? Reference else { throw expected(kind.name, index) }
    return reference
  }

  /// An error value; `nil` when it is none.
  package func errorValue(_ index: Int) -> LuaErrorValue? {
    index <= count ? LuaValueReader.errorValue(state, Int32(index)) : nil
  }

  // MARK: Results

  package mutating func push(_ value: Bool) { output.push(value) }
  package mutating func push(_ value: Int64) { output.push(value) }
  package mutating func push(_ value: Int) { output.push(Int64(value)) }
  package mutating func push(_ value: Double) { output.push(value) }
  package mutating func push(_ value: String) { output.push(value) }
  package mutating func push(_ value: Value) { output.push(value) }
  package mutating func push(_ error: LuaErrorValue) { output.push(error) }
  package mutating func push(bytes: [UInt8]) { output.push(bytes: bytes) }
  package mutating func pushNil() { output.pushNil() }

  /// Returns the one value.
  package mutating func returning(_ value: Value) -> LuaReturn {
    output.push(value)
    return .values
  }

  // MARK: Surroundings

  package var context: any ProcessContext { vm.context }
  package var services: LuaServices { vm.services }

  /// Suspends the calling coroutine: return `.suspended`, and have the ticket completed, from any thread.
  ///
  /// - Parameters:
  ///   - reason: What the process waits for, for process lists.
  ///   - onAbandon: Called when the process ends before.
  package mutating func suspend(
    waitingFor reason: StaticString, onAbandon: (@Sendable () -> Void)? = nil
  ) throws(LuaFailure) -> LuaTicket {
    guard clua_can_wait(state) else {
      throw .raise("attempt to wait inside a function that a library function calls; use a coroutine of its own")
    }
    return vm.suspend(waitingFor: reason, onAbandon: onAbandon)
  }

  /// A way for Swift to send into a channel: push it with `LuaOutput.pushChannel`.
  package mutating func makeFeed() -> LuaFeed { vm.makeFeed() }
}
