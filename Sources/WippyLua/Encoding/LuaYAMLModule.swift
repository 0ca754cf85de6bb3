import WippyCore
import WippyYAML

/// The module `yaml`.
enum LuaYAMLModule {
  static let module = LuaModule("yaml", [.function("encode", encode), .function("decode", decode)])

  /// Texts longer than this are read on the pool of blocking threads.
  private static let longText = 8 << 10

  private static func encode(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    guard call.type(1) == .table else { throw .error(.invalid, "expected a table, got \(call.typeName(1))") }
    let value = try call.value(1)
    // Fields come in the order of their names, so `sort_unordered` is always so.
    var order: [String] = []
    if case .array(let names)? = try call.fields(2)["field_order"] {
      for name in names {
        guard case .string(let name) = name else { throw .error(.invalid, "field_order: expected an array of strings") }
        order.append(name)
      }
    }
    call.push(YAMLWriter.text(for: value, order: order))
    return .values
  }

  private static func decode(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    guard call.type(1) == .string else { throw .error(.invalid, "expected a string, got \(call.typeName(1))") }
    let bytes = try call.bytes(1)
    guard !bytes.isEmpty else { throw .error(.invalid, "the text is empty") }
    return try call.work(isLong: bytes.count > longText, waitingFor: "yaml.decode") {
      do {
        return .success(try YAMLDecoder.decode(bytes))
      } catch { return .failure(LuaErrorValue(.internal, "\(error)")) }
    }
  }
}
