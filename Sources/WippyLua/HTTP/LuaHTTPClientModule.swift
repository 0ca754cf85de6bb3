import WippyCore

/// The module `http_client`.
enum LuaHTTPClientModule {
  static let module = LuaModule(
    "http_client",
    [
      method("get"), method("post"), method("put"), method("patch"), method("delete"), method("head"),
      method("options"),
      .function("request") { call throws(LuaFailure) in try send(&call, try call.string(1), first: 2) },
      .function("request_batch") { call throws(LuaFailure) in try LuaHTTPBatch.start(&call) },
      .function("encode_uri") { call throws(LuaFailure) in
        call.returning(.string(URLText.encoded(try call.string(1))))
      },
      .function("decode_uri") { call throws(LuaFailure) in
        guard let text = URLText.decoded(try call.string(1)[...]) else {
          throw .error(.invalid, "the text has a broken escape", retryable: false)
        }
        return call.returning(.string(text))
      },
    ])

  private static func method(_ name: String) -> LuaMember {
    .function(name) { call throws(LuaFailure) in try send(&call, name.uppercased(), first: 1) }
  }

  private static func send(_ call: inout LuaCall, _ method: String, first: Int) throws(LuaFailure) -> LuaReturn {
    let prepared = try LuaPreparedRequest(
      method, try call.string(first), try call.fields(first + 1), boundary: boundary(call.services))
    guard let access = call.services.http else {
      throw .error(.unavailable, "this runtime was made without HTTP")
    }
    // The ticket is there before whoever completes it.
    let box = LuaFetchBox()
    let ticket = try call.suspend(waitingFor: "http_client") { box.abandon() }
    let fetch = prepared.fetch(access, call) { result in
      switch result {
      case .success(let outcome): ticket.complete { push(outcome, &$0) }
      case .failure(let error): ticket.fail(error)
      }
    }
    box.fetch = fetch
    fetch.start(prepared.method)
    return .suspended
  }

  /// Makes the boundary of a form with files.
  static func boundary(_ services: LuaServices) -> () -> String {
    {
      var random = [UInt8](repeating: 0, count: 16)
      random.withUnsafeMutableBytes { services.randomness($0) }
      return "wippy-" + random.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }

  static func push(_ outcome: LuaHTTPFetch.Outcome, _ output: inout LuaOutput) {
    output.beginTable(6)
    output.push("status_code")
    output.push(Int64(outcome.head.status))
    output.push("url")
    output.push(outcome.url.text)
    output.push("headers")
    output.push(headers(outcome.head.fields))
    output.push("cookies")
    output.push(cookies(outcome.head.fields))
    output.push("body_size")
    if let stream = outcome.stream {
      output.push(Int64(-1))
      output.push("stream")
      output.push(LuaHTTPStream.kind, reference: LuaHTTPStream(stream))
    } else {
      output.push(Int64(outcome.bytes.count))
      output.push("body")
      output.push(bytes: outcome.bytes)
    }
  }

  /// By their customary names, `Content-Type`; several values are joined.
  private static func headers(_ fields: [HTTPField]) -> Value {
    var result: [Value.Field] = []
    for field in fields {
      let name = field.name.split(separator: "-", omittingEmptySubsequences: false)
        .map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: "-")
      if let place = result.firstIndex(where: { $0.key == name }), case .string(let before) = result[place].value {
        result[place].value = .string("\(before), \(field.text)")
      } else {
        result.append(Value.Field(name, .string(field.text)))
      }
    }
    return .table(result)
  }

  private static func cookies(_ fields: [HTTPField]) -> Value {
    var result: [Value.Field] = []
    for field in fields where field.name.isSameFieldName(as: "set-cookie") {
      let pair = field.text.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { continue }
      let name = String(pair[0])
      result.removeAll { $0.key == name }
      result.append(Value.Field(name, .string(String(pair[1]))))
    }
    return .table(result)
  }
}
