import WippyComponent
import WippyCore

/// Turns a request's body into the arguments of a function, and its result into a response: `transport: payload`.
struct PayloadMapping {
  /// A request that is not what the function takes.
  struct Problem: Error, Hashable {
    var status: UInt16
    var message: String
  }

  /// The arguments, in the normal form that calls take.
  static func arguments(
    of body: [UInt8], contentType: String?, for type: FunctionType
  ) throws(Problem) -> [Value] {
    let mediaType = contentType?.split(separator: ";").first.map { trimmed($0).lowercased() }
    let isJSON = mediaType == "application/json"
    if !isJSON, type.parameters.count == 1, let only = type.parameters.first {
      switch only.type {
      case .list(.u8): return [.bytes(body)]
      case .string:
        guard let text = String(validating: body, as: UTF8.self) else {
          throw Problem(status: 400, message: "the body is not valid UTF-8, and `\(only.name)` is a string")
        }
        return [.string(text)]
      default: break
      }
    }
    guard !body.isEmpty else { return [] }
    guard isJSON else {
      throw Problem(
        status: 415, message: "the function takes application/json, and the body is \(mediaType ?? "of no type")")
    }
    guard let text = String(validating: body, as: UTF8.self) else {
      throw Problem(status: 400, message: "the body is not valid UTF-8")
    }
    let value: Value
    do {
      value = try JSONParser.parse(text)
    } catch {
      throw Problem(status: 400, message: "the body is no JSON: \(error)")
    }
    if case .array(let items) = value { return items }
    return [value]
  }

  /// The response of a function that has returned.
  static func response(for value: Value?) -> (HTTPResponseHead, [UInt8]) {
    switch value {
    case nil, .null: return (HTTPResponseHead(status: 204), [])
    case .string(let text): return (head(200, "text/plain; charset=utf-8"), Array(text.utf8))
    case .bytes(let bytes): return (head(200, "application/octet-stream"), bytes)
    case let value?: return json(200, value)
    }
  }

  /// The response of a process that has ended otherwise.
  static func response(for reason: ExitReason) -> (HTTPResponseHead, [UInt8]) {
    if case .normal(let value) = reason { return response(for: value) }
    if case .error(let value) = reason { return json(500, value ?? .null) }
    return (head(reason.httpStatus, "text/plain; charset=utf-8"), Array("\(reason.kind.rawValue)\n".utf8))
  }

  /// The response of a call that never was one.
  static func response(for failure: RequestFailure) -> (HTTPResponseHead, [UInt8]) {
    let status: UInt16 =
      switch failure.kind {
      case .invalid: 400
      case .unavailable, .rateLimited: 503
      case .timeout: 504
      default: 500
      }
    var head = head(status, "text/plain; charset=utf-8")
    if status == 503 { head.fields.append(HTTPField("retry-after", "1")) }
    // What is wrong with an argument is the client's business, the rest is not.
    return (head, status == 400 ? Array("\(failure.message)\n".utf8) : Array("\(failure.kind.rawValue)\n".utf8))
  }

  private static func json(_ status: UInt16, _ value: Value) -> (HTTPResponseHead, [UInt8]) {
    do {
      return (head(status, "application/json"), Array(try JSONPrinter.text(for: value).utf8))
    } catch {
      return (head(500, "text/plain; charset=utf-8"), Array("the result is no JSON: \(error)\n".utf8))
    }
  }

  private static func head(_ status: UInt16, _ type: String) -> HTTPResponseHead {
    HTTPResponseHead(status: status, fields: [HTTPField("content-type", type)])
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text.drop { $0 == " " || $0 == "\t" }
  }
}
