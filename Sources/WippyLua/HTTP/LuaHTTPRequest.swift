import WippyCore

/// What `http.request()` returns.
enum LuaHTTPRequest {
  static let kind: LuaClass = LuaClass(
    "http.request", hasReference: true,
    [
      text("method") { $0.head.method },
      text("path") { String($0.head.path.prefix { $0 != "?" }) },
      text("content_type") { $0.field("content-type") },
      text("host") { $0.head.authority },
      text("remote_addr") { $0.exchange.client },
      .function("content_length") { call throws(LuaFailure) in
        let length = try exchange(call).head.fields.contentLength
        call.output.push(orNil: length.map { Value(unsigned: $0) })
        return .values
      },
      .function("query") { call throws(LuaFailure) in
        let name = try call.string(2)
        let found = URLText.pairs(try exchange(call).query).first { $0.name == name }
        call.output.push(orNil: found.map { .string($0.value) })
        return .values
      },
      .function("query_params") { call throws(LuaFailure) in
        call.returning(joined(URLText.pairs(try exchange(call).query), separator: ","))
      },
      .function("header") { call throws(LuaFailure) in
        call.output.push(orNil: try exchange(call).field(try call.string(2)).map { .string($0) })
        return .values
      },
      .function("headers") { call throws(LuaFailure) in
        call.returning(
          joined(try exchange(call).head.fields.map { ($0.name.lowercased(), $0.text) }, separator: ", "))
      },
      .function("param") { call throws(LuaFailure) in
        let name = try call.string(2)
        let found = try exchange(call).parameters.first { $0.name == name }
        call.output.push(orNil: found.map { .string($0.value) })
        return .values
      },
      .function("params") { call throws(LuaFailure) in
        call.returning(joined(try exchange(call).parameters, separator: ","))
      },
      .function("has_body") { call throws(LuaFailure) in
        let exchange = try exchange(call)
        call.push(exchange.head.fields.contentLength.map { $0 > 0 } ?? (exchange.field("transfer-encoding") != nil))
        return .values
      },
      .function("is_content_type") { call throws(LuaFailure) in
        let asked = try call.string(2).lowercased()
        let own = try exchange(call).field("content-type").map { mediaType($0) }
        call.push(own == asked)
        return .values
      },
      .function("accepts") { call throws(LuaFailure) in
        let asked = try call.string(2).lowercased()
        let accepted = try exchange(call).field("accept") ?? "*/*"
        call.push(accepted.split(separator: ",").contains { matches(mediaType(String($0)), asked) })
        return .values
      },
      .function("body") { call throws(LuaFailure) in
        try LuaBodyRead.start(&call, try exchange(call)) { bytes in .success { $0.push(bytes: bytes) } }
      },
      .function("body_json") { call throws(LuaFailure) in
        try LuaBodyRead.start(&call, try exchange(call)) { bytes in
          guard let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(LuaErrorValue(.invalid, "the body is not valid UTF-8"))
          }
          do {
            let value = try JSONParser.parse(text)
            return .success { $0.push(value) }
          } catch { return .failure(LuaErrorValue(.invalid, "the body is no JSON: \(error)")) }
        }
      },
      .function("parse_multipart") { call throws(LuaFailure) in
        let exchange = try exchange(call)
        // What a program allows to be held in memory; nothing is written to files here.
        guard try call.integer(2, default: 1) > 0 else { throw .argument(2, "a number of bytes above 0 expected") }
        let type = exchange.field("content-type")
        return try LuaBodyRead.start(&call, exchange) { bytes in
          do throws(MultipartForm.Problem) {
            let form = try MultipartForm(bytes, contentType: type)
            return .success { form.push(bytes, to: &$0) }
          } catch { return .failure(LuaErrorValue(.invalid, error.message, retryable: false)) }
        }
      },
      .function("stream") { call throws(LuaFailure) in
        call.output.push(LuaHTTPStream.kind, reference: LuaHTTPStream(try exchange(call).exchange.body))
        return .values
      },
    ])

  private static func exchange(_ call: LuaCall) throws(LuaFailure) -> LuaHTTPExchange {
    try call.reference(1, kind, as: LuaHTTPExchange.self)
  }

  private static func text(
    _ name: String, _ read: @escaping @Sendable (LuaHTTPExchange) -> String?
  ) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      call.output.push(orNil: read(try exchange(call)).map { .string($0) })
      return .values
    }
  }

  /// A table; values of one name are joined.
  private static func joined(_ pairs: [(name: String, value: String)], separator: String) -> Value {
    var fields: [Value.Field] = []
    var places: [String: Int] = [:]
    for pair in pairs {
      if let place = places[pair.name], case .string(let before) = fields[place].value {
        fields[place].value = .string(before + separator + pair.value)
      } else {
        places[pair.name] = fields.count
        fields.append(Value.Field(pair.name, .string(pair.value)))
      }
    }
    return .table(fields)
  }

  private static func mediaType(_ text: String) -> String {
    String(text.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
  }

  private static func matches(_ range: String, _ type: String) -> Bool {
    range == "*/*" || range == type || range.hasSuffix("/*") && type.hasPrefix(range.dropLast())
  }
}
