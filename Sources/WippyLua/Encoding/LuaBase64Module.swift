import WippyCore

/// The module `base64`: the standard alphabet with padding; `encode_url` and `encode_raw` without.
enum LuaBase64Module {
  static let module = LuaModule(
    "base64",
    [
      .function("encode") { call throws(LuaFailure) in
        call.push(Base64.encode(try input(call)))
        return .values
      },
      .function("decode") { call throws(LuaFailure) in
        try decode(&call) { $0 }
      },
      .function("encode_raw") { call throws(LuaFailure) in
        call.push(unpadded(Base64.encode(try input(call))))
        return .values
      },
      .function("decode_raw") { call throws(LuaFailure) in
        try decode(&call, padded)
      },
      .function("encode_url") { call throws(LuaFailure) in
        call.push(urlText(try input(call)))
        return .values
      },
      .function("decode_url") { call throws(LuaFailure) in
        try decode(&call, standardText)
      },
    ])

  /// The alphabet for addresses, without padding.
  static func urlText(_ bytes: [UInt8]) -> String {
    unpadded(Base64.encode(bytes)).replacing("+", with: "-").replacing("/", with: "_")
  }

  /// What `urlText` wrote, as the standard writes it. Padding is allowed.
  static func standardText(_ text: String) -> String {
    padded(unpadded(text).replacing("-", with: "+").replacing("_", with: "/"))
  }

  private static func unpadded(_ text: String) -> String {
    String(decoding: text.utf8.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
  }

  private static func padded(_ text: String) -> String {
    text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
  }

  private static func input(_ call: LuaCall) throws(LuaFailure) -> [UInt8] {
    guard call.type(1) == .string else { throw .error(.invalid, "expected a string, got \(call.typeName(1))") }
    return try call.bytes(1)
  }

  private static func decode(
    _ call: inout LuaCall, _ prepare: (String) -> String
  ) throws(LuaFailure) -> LuaReturn {
    // Line breaks are common in files; they mean nothing.
    let input = try input(call).filter { $0 != 0x0a && $0 != 0x0d }
    guard let text = String(validating: input, as: UTF8.self), let bytes = Base64.decode(prepare(text)) else {
      throw .error(.invalid, "the text is not base64")
    }
    call.push(bytes: bytes)
    return .values
  }
}
