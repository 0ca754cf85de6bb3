import WippyCore

/// What a program asks of one request.
struct LuaHTTPOptions: Sendable {
  var fields: [HTTPField] = []
  var body: [UInt8]?
  var query: [(name: String, value: String)] = []
  /// Nanoseconds.
  var timeout: UInt64 = 30_000_000_000
  var isStreamed = false
  var mostBytes = 16 << 20

  /// What several requests may receive together; `nil` for a single one.
  var budget: ByteBudget?
  var tls: HTTPClientTLS?
  private var form: [(name: String, value: String)] = []
  private var files: [LuaUploadPart] = []

  static let largest: Int64 = 64 << 20

  /// - Parameter boundary: Makes one for a form with files, which nobody can foresee.
  init(_ table: Value, boundary: () -> String) throws(LuaFailure) {
    let options: [Value.Field]
    switch table {
    case .table(let fields): options = fields
    case .null: options = []
    case .array(let items) where items.isEmpty: options = []
    default: throw .error(.invalid, "the options have to be a table with names as keys", retryable: false)
    }
    for option in options { try set(option) }
    if !files.isEmpty {
      let upload = LuaMultipartBody(form, files, boundary: boundary())
      setBody(upload.bytes, type: upload.contentType)
    } else if options.contains(where: { $0.key == "form" }) {
      setBody(Array(Self.form(form).utf8), type: "application/x-www-form-urlencoded")
    }
  }

  private mutating func setBody(_ bytes: [UInt8], type: String) {
    body = bytes
    fields.removeAll { $0.name.isSameFieldName(as: "content-type") }
    fields.append(HTTPField("content-type", type))
  }

  private mutating func set(_ option: Value.Field) throws(LuaFailure) {
    switch (option.key, option.value) {
    case ("headers", let value):
      for (name, text) in try Self.texts(value, "headers") {
        guard Self.isFieldName(name), Self.isFieldValue(text) else {
          throw .error(.invalid, "option `headers`: \"\(name.prefix(40))\" is no field of a request")
        }
        fields.append(HTTPField(name, text))
      }
    case ("body", .string(let text)): body = Array(text.utf8)
    case ("body", .bytes(let bytes)): body = bytes
    case ("query", let value): query = try Self.texts(value, "query")
    case ("form", let value): form = try Self.texts(value, "form")
    case ("files", .array(let items)):
      for (index, item) in items.enumerated() {
        files.append(try LuaUploadPart(item, "option `files`: [\(index + 1)]"))
      }
    case ("tls", let value): tls = try Self.tls(value)
    case ("cookies", let value):
      let pairs = try Self.texts(value, "cookies").map { "\($0)=\($1)" }.joined(separator: "; ")
      guard Self.isFieldValue(pairs) else { throw .error(.invalid, "option `cookies`: a line break is no part of one") }
      fields.append(HTTPField("cookie", pairs))
    case ("auth", let value):
      guard case .string(let user)? = value["user"], case .string(let password)? = value["pass"] else {
        throw .error(.invalid, "option `auth` has to be {user = ..., pass = ...}")
      }
      authorize("\(user):\(password)")
    case ("timeout", .integer(let seconds)) where seconds > 0:
      timeout = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue
    case ("timeout", .float(let seconds)) where seconds > 0 && seconds < 1e9: timeout = UInt64(seconds * 1e9)
    case ("timeout", .string(let text)):
      guard let time = LuaDurationText.parse(text), time > 0 else {
        throw .error(.invalid, "option `timeout`: \"\(text.prefix(40))\" is no duration above 0")
      }
      timeout = UInt64(time)
    case ("stream", .bool(let flag)): isStreamed = flag
    case ("max_response_body", .integer(let bytes)) where bytes >= 0:
      if bytes > 0 { mostBytes = Int(min(bytes, Self.largest)) }
    case ("headers", _), ("body", _), ("timeout", _), ("stream", _), ("max_response_body", _), ("files", _):
      throw .error(.invalid, "option `\(option.key)` has a value of the wrong type: \(option.value.typeName)")
    default:
      throw .error(
        .invalid,
        "there is no option `\(option.key)`: there are headers, body, query, form, files, cookies, auth, timeout, stream, max_response_body and tls"
      )
    }
  }

  mutating func authorize(_ credentials: String) {
    fields.append(HTTPField("authorization", "Basic " + Base64.encode(Array(credentials.utf8))))
  }

  private static func tls(_ value: Value) throws(LuaFailure) -> HTTPClientTLS {
    var tls = HTTPClientTLS()
    var fields: [Value.Field] = []
    switch value {
    case .table(let named): fields = named
    case .array(let items) where items.isEmpty: break
    default: throw .error(.invalid, "option `tls` has to be a table, not a \(value.typeName)", retryable: false)
    }
    for field in fields {
      switch (field.key, field.value) {
      case ("cert", .string(let text)): tls.certificate = text
      case ("key", .string(let text)): tls.key = text
      case ("ca", .string(let text)): tls.trustRoots = text
      case ("server_name", .string(let text)) where HTTPAuthority(text)?.port == nil && HTTPAuthority(text) != nil:
        tls.serverName = text
      case ("insecure_skip_verify", .bool(let flag)): tls.isUnverified = flag
      case ("cert", _), ("key", _), ("ca", _), ("server_name", _), ("insecure_skip_verify", _):
        throw .error(.invalid, "option `tls`: `\(field.key)` has a value that it cannot have", retryable: false)
      default:
        throw .error(
          .invalid,
          "option `tls`: there is no `\(field.key)`: there are cert, key, ca, server_name and insecure_skip_verify",
          retryable: false)
      }
    }
    guard (tls.certificate == nil) == (tls.key == nil) else {
      throw .error(.invalid, "option `tls`: `cert` and `key` belong together: give both", retryable: false)
    }
    return tls
  }

  static func form(_ pairs: [(name: String, value: String)]) -> String {
    pairs.map { "\(URLText.encoded($0.name))=\(URLText.encoded($0.value))" }.joined(separator: "&")
  }

  private static func texts(_ value: Value, _ name: String) throws(LuaFailure) -> [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    switch value {
    case .array(let items) where items.isEmpty: return []
    case .table(let fields):
      for field in fields {
        switch field.value {
        case .string(let text): result.append((field.key, text))
        case .integer(let number): result.append((field.key, "\(number)"))
        case .float(let number): result.append((field.key, "\(number)"))
        case .bool(let flag): result.append((field.key, "\(flag)"))
        default:
          throw .error(.invalid, "option `\(name)`: `\(field.key)` has to be a string, not a \(field.value.typeName)")
        }
      }
      return result
    default: throw .error(.invalid, "option `\(name)` has to be a table of names and strings")
    }
  }

  static func isFieldName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7f && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
      }
      && !["connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade"].contains(
        text.lowercased())
  }

  static func isFieldValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
  }
}
