import WippyCore

/// The module `json`.
enum LuaJSONModule {
  static let module = LuaModule(
    "json",
    [
      .function("encode", encode), .function("decode", decode), .null("null"),
    ])

  /// Texts longer than this are read on the pool of blocking threads.
  private static let longText = 64 << 10

  private static func encode(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let value: Value
    do {
      value = try call.value(1)
    } catch .error(var error) {
      // Tables that are no JSON are not the argument's fault alone, says the documentation.
      error.kind = ErrorKind.internal.rawValue
      throw .error(error)
    } catch { throw error }
    do {
      call.push(bytes: try JSONWriter.text(for: value))
      return .values
    } catch { throw .error(error) }
  }

  private static func decode(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    guard call.type(1) == .string else { throw .error(.invalid, "expected a string, got \(call.typeName(1))") }
    let bytes = try call.bytes(1)
    return try call.work(isLong: bytes.count > longText, waitingFor: "json.decode") {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        return .failure(LuaErrorValue(.internal, "the text is not valid UTF-8"))
      }
      do {
        return .success(try JSONParser.parse(text))
      } catch { return .failure(LuaErrorValue(.internal, "\(error)")) }
    }
  }
}
