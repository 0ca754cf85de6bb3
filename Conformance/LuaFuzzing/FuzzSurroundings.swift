import Synchronization
import WippyCore
import WippyLua

/// The environment, the registry and the terminal of the programs.
final class FuzzSurroundings: LuaEnvironment, LuaRegistry, LuaTerminal {
  private let variables = Mutex<[String: String]>(["HOME": "/", "name": "x"])

  func value(of name: String) throws(LuaErrorValue) -> String? { variables.withLock { $0[name] } }

  func set(_ name: String, to value: String) throws(LuaErrorValue) {
    let isSet = variables.withLock { variables in
      guard variables.count < 100 else { return false }
      variables[name] = value
      return true
    }
    if !isSet { throw LuaErrorValue(.permissionDenied, "there are enough variables") }
  }

  func all() -> [(name: String, value: String)] {
    variables.withLock { $0.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) } }
  }

  func entry(_ id: EntryID) -> Value? { entries().first { $0["id"] == .string(id.description) } }

  func entries() -> [Value] {
    ["main", "child", "wait"].map { name in
      .table([
        Value.Field("id", .string("test:\(name)")), Value.Field("kind", .string("process.lua")),
        Value.Field("meta", .table([Value.Field("type", .string(name))])), Value.Field("data", .table([])),
      ])
    }
  }

  let arguments = ["one", "two"]

  func write(_ bytes: [UInt8], toError: Bool) -> Bool { toError }

  func whenRoom(_ action: @escaping @Sendable () -> Void) -> Bool { false }

  func flush(_ action: @escaping @Sendable () -> Void) { action() }

  func read(
    _ count: Int, untilNewline: Bool, _ completion: @escaping @Sendable (Result<[UInt8], LuaErrorValue>) -> Void
  ) {
    completion(.success(Array(repeating: UInt8(ascii: "x"), count: min(count, 10))))
  }
}
