import WippyCore

/// What `http.response()` returns.
enum LuaHTTPResponse {
  static let kind: LuaClass = LuaClass(
    "http.response", hasReference: true,
    [
      .function("set_status") { call throws(LuaFailure) in
        let status = try call.integer(2)
        guard (200...599).contains(status) else { throw .argument(2, "\(status) is no status of a response") }
        try exchange(call).setStatus(UInt16(status))
        return done(&call)
      },
      .function("set_header") { call throws(LuaFailure) in
        let (name, value) = (try call.string(2), try call.string(3))
        guard isName(name), !["transfer-encoding", "connection"].contains(name.lowercased()) else {
          throw .argument(2, "\"\(name.prefix(40))\" is no name of a field that a program sets")
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
          throw .argument(3, "the value has control characters")
        }
        try exchange(call).setField(name, value)
        return done(&call)
      },
      .function("set_content_type") { call throws(LuaFailure) in
        let type = try call.string(2)
        guard type.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else { throw .argument(2, "this is no media type") }
        try exchange(call).setField("content-type", type)
        return done(&call)
      },
      .function("set_transfer") { call throws(LuaFailure) in
        let exchange = try exchange(call)
        switch try call.string(2) {
        case "chunked": try exchange.stream()
        case "sse":
          try exchange.stream()
          try exchange.setField("content-type", "text/event-stream")
          try exchange.setField("cache-control", "no-cache")
        case let other: throw .argument(2, "\"chunked\" or \"sse\" expected, got \"\(other.prefix(20))\"")
        }
        return done(&call)
      },
      .function("write") { call throws(LuaFailure) in
        let exchange = try exchange(call)
        return try go(on: exchange.write(try call.bytes(2)), &call)
      },
      .function("write_json") { call throws(LuaFailure) in
        let exchange = try exchange(call)
        let text = try json(call, 2)
        exchange.setDefaultType("application/json")
        return try go(on: exchange.write(text), &call)
      },
      .function("write_event") { call throws(LuaFailure) in
        let exchange = try exchange(call)
        guard case .table = try call.fields(2) else { throw call.expected("table", 2) }
        let event = try call.fields(2)
        var text = ""
        for key in ["name", "id"] {
          guard case .string(let value) = event[key] else { continue }
          guard !value.contains(where: \.isNewline) else { throw .argument(2, "`\(key)` has a line break") }
          text += "\(key == "name" ? "event" : key): \(value)\n"
        }
        if let data = event["data"] {
          let content: String
          do throws(LuaErrorValue) {
            content =
              if case .string(let own) = data { own } else {
                String(decoding: try JSONWriter.text(for: data), as: UTF8.self)
              }
          } catch { throw .error(error) }
          for line in content.split(separator: "\n", omittingEmptySubsequences: false) { text += "data: \(line)\n" }
        }
        _ = exchange.write(Array((text + "\n").utf8))
        return try go(on: exchange.flush(), &call)
      },
      .function("flush") { call throws(LuaFailure) in
        try go(on: try exchange(call).flush(), &call)
      },
    ])

  private static func exchange(_ call: LuaCall) throws(LuaFailure) -> LuaHTTPExchange {
    try call.reference(1, kind, as: LuaHTTPExchange.self)
  }

  private static func done(_ call: inout LuaCall) -> LuaReturn {
    call.push(true)
    return .values
  }

  private static func json(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> [UInt8] {
    let value = try call.value(index)
    do {
      return try JSONWriter.text(for: value)
    } catch { throw .error(error) }
  }

  /// Waits while the client is behind.
  private static func go(on body: HTTPBody?, _ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    guard let body else { return done(&call) }
    let ticket = try call.suspend(waitingFor: "the client that reads the response")
    let once = LuaOnce { ticket.succeed(.bool(true)) }
    body.observeWriting { once.run() }
    if body.room > 0 { once.run() }
    return .suspended
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7f && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
      }
  }
}
