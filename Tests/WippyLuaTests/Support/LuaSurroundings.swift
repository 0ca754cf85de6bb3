import Synchronization
import WippyCore

@testable import WippyLua

/// What the modules of the laboratory's programs find around them.
final class LuaSurroundings: LuaEnvironment, LuaRegistry, LuaTerminal {
  private let variables = Mutex(["HOME": "/home/ann", "EMPTY": ""])
  private let output = Mutex<[UInt8]>([])
  private let errors = Mutex<[UInt8]>([])
  private let input = Mutex<[UInt8]>(Array("first\r\nsecond\nrest".utf8))

  func value(of name: String) throws(LuaErrorValue) -> String? { variables.withLock { $0[name] } }

  func set(_ name: String, to value: String) throws(LuaErrorValue) {
    guard name != "READONLY" else { throw LuaErrorValue(.permissionDenied, "READONLY is read only") }
    variables.withLock { $0[name] = value }
  }

  func all() -> [(name: String, value: String)] {
    variables.withLock { $0.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) } }
  }

  func entry(_ id: EntryID) -> Value? { entries().first { $0["id"] == .string(id.description) } }

  func entries() -> [Value] {
    [("app:db", "db.sql", "store"), ("app:main", "process.lua", "worker"), ("lib:main", "process.wasm", "worker")].map {
      id, kind, type in
      .table([
        .init("data", .table([.init("method", .string("main"))])), .init("id", .string(id)),
        .init(
          "kind", .string(kind)),
        .init("meta", .table([.init("tags", .array([.string("a"), .string(type)])), .init("type", .string(type))])),
      ])
    }
  }

  let arguments = ["one", "two"]

  func write(_ bytes: [UInt8], toError: Bool) -> Bool {
    if toError { errors.withLock { $0 += bytes } } else { output.withLock { $0 += bytes } }
    return false
  }

  func whenRoom(_ action: @escaping @Sendable () -> Void) -> Bool { false }

  func flush(_ action: @escaping @Sendable () -> Void) {
    output.withLock { $0 += Array("<flushed>".utf8) }
    action()
  }

  func read(
    _ count: Int, untilNewline: Bool, _ completion: @escaping @Sendable (Result<[UInt8], LuaErrorValue>) -> Void
  ) {
    let bytes = input.withLock { input in
      var end = min(count, input.count)
      if untilNewline, let line = input.prefix(end).firstIndex(of: 0x0a) { end = line + 1 }
      defer { input.removeFirst(end) }
      return Array(input.prefix(end))
    }
    completion(.success(bytes))
  }

  var written: String { output.withLock { String(decoding: $0, as: UTF8.self) } }
  var writtenToError: String { errors.withLock { String(decoding: $0, as: UTF8.self) } }
}
