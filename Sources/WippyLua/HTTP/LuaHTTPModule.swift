import WippyCore

/// The module `http`: the request that a function answers.
enum LuaHTTPModule {
  static let module = LuaModule(
    "http",
    [
      .function("request") { call throws(LuaFailure) in
        let exchange = try exchange(call)
        try limit(exchange, try call.fields(1))
        call.output.push(LuaHTTPRequest.kind, reference: exchange)
        return .values
      },
      .function("response") { call throws(LuaFailure) in
        call.output.push(LuaHTTPResponse.kind, reference: try exchange(call))
        return .values
      },
      .module(texts("METHOD", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"].map { ($0, $0) })),
      .module(LuaModule("STATUS", statuses.map { .integer($0, $1) })),
      .module(
        texts(
          "CONTENT",
          [
            ("JSON", "application/json"), ("FORM", "application/x-www-form-urlencoded"),
            ("MULTIPART", "multipart/form-data"), ("TEXT", "text/plain"), ("STREAM", "application/octet-stream"),
          ])),
      .module(texts("TRANSFER", [("CHUNKED", "chunked"), ("SSE", "sse")])),
    ])

  private static func texts(_ name: String, _ values: [(String, String)]) -> LuaModule {
    LuaModule(name, values.map { .text($0, $1) })
  }

  private static func exchange(_ call: LuaCall) throws(LuaFailure) -> LuaHTTPExchange {
    guard let exchange = call.services.exchange else {
      throw .error(.internal, "there is no request here: the function has to stand behind an http.endpoint")
    }
    return exchange
  }

  /// The options of `http.request`: `timeout` in milliseconds and `max_body` in bytes.
  private static func limit(_ exchange: LuaHTTPExchange, _ options: Value) throws(LuaFailure) {
    guard case .table(let fields) = options else { return }
    for field in fields {
      switch (field.key, field.value) {
      case ("timeout", .integer(let milliseconds)) where milliseconds > 0:
        exchange.bodyTimeout = UInt64(milliseconds).multipliedReportingOverflow(by: 1_000_000).partialValue
      case ("max_body", .integer(let bytes)) where bytes > 0: exchange.mostContent = Int(clamping: bytes)
      case ("timeout", _), ("max_body", _):
        throw .error(.invalid, "option `\(field.key)` has to be an integer above 0", retryable: false)
      default:
        throw .error(
          .invalid, "there is no option `\(field.key)`: there are timeout and max_body", retryable: false)
      }
    }
  }

  private static let statuses: [(String, Int64)] = [
    ("OK", 200), ("CREATED", 201), ("ACCEPTED", 202), ("NO_CONTENT", 204), ("PARTIAL_CONTENT", 206),
    ("MOVED_PERMANENTLY", 301), ("FOUND", 302), ("SEE_OTHER", 303), ("NOT_MODIFIED", 304),
    ("TEMPORARY_REDIRECT", 307), ("PERMANENT_REDIRECT", 308), ("BAD_REQUEST", 400), ("UNAUTHORIZED", 401),
    ("PAYMENT_REQUIRED", 402), ("FORBIDDEN", 403), ("NOT_FOUND", 404), ("METHOD_NOT_ALLOWED", 405),
    ("NOT_ACCEPTABLE", 406), ("CONFLICT", 409), ("GONE", 410), ("UNPROCESSABLE", 422), ("TOO_MANY_REQUESTS", 429),
    ("INTERNAL_ERROR", 500), ("INTERNAL_SERVER_ERROR", 500), ("NOT_IMPLEMENTED", 501), ("BAD_GATEWAY", 502),
    ("SERVICE_UNAVAILABLE", 503), ("GATEWAY_TIMEOUT", 504), ("VERSION_NOT_SUPPORTED", 505),
  ]
}
