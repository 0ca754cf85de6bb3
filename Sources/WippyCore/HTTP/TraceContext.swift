/// What ties the requests of one trace together: W3C's `traceparent` and `tracestate`, and the request's id. A process has
/// them from the request that it serves, in its context.
package enum TraceContext {
  /// Names in a process's context, and of the fields.
  private static let parent = (key: "traceparent", field: "traceparent")
  private static let state = (key: "tracestate", field: "tracestate")
  private static let request = (key: "request_id", field: "x-request-id")
  /// Longer ones are not carried on.
  private static let longest = 4096

  /// What a process has from the fields of the request that it serves.
  ///
  /// - Parameter requestID: `nil` where nobody gives requests ids.
  package static func inheritance(of fields: [HTTPField], requestID: String? = nil) -> ProcessInheritance {
    var context = ProcessInheritance()
    if let requestID { context[request.key] = .string(requestID) }
    for name in [parent, state] {
      if let field = fields.first(named: name.field), let text = String(validating: field.value, as: UTF8.self) {
        context[name.key] = .string(text)
      }
    }
    return context
  }

  /// The fields of a request that a process sends, with those of its trace. What the program has set itself stays so.
  package static func carried(by inheritance: ProcessInheritance, into fields: [HTTPField]) -> [HTTPField] {
    guard !inheritance.context.isEmpty else { return fields }
    var result = fields
    if !has(parent.field, fields), !has(state.field, fields), let text = value(of: parent.key, in: inheritance) {
      result.append(HTTPField(parent.field, text))
      // Of no use without the other.
      if let text = value(of: state.key, in: inheritance) { result.append(HTTPField(state.field, text)) }
    }
    if !has(request.field, fields), let text = value(of: request.key, in: inheritance) {
      result.append(HTTPField(request.field, text))
    }
    return result
  }

  private static func has(_ name: String, _ fields: [HTTPField]) -> Bool { fields.first(named: name) != nil }

  /// Programs may set these too, to anything.
  private static func value(of key: String, in inheritance: ProcessInheritance) -> String? {
    guard case .string(let text)? = inheritance[key], !text.isEmpty, text.utf8.count <= longest,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f || $0 == 0x09 })
    else { return nil }
    return text
  }
}
