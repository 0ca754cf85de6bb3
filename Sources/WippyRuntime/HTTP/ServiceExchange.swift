import WippyCore

/// A request of an `http.service`: with its id, which its response names too.
final class ServiceExchange: HTTPExchange {
  let head: HTTPRequestHead
  let requestID: String
  private let exchange: any HTTPExchange

  init(_ exchange: any HTTPExchange, id: String) {
    self.exchange = exchange
    requestID = id
    var head = exchange.head
    if head.fields.first(named: "x-request-id")?.text != id {
      head.fields.removeAll { $0.name.isSameFieldName(as: "x-request-id") }
      head.fields.append(HTTPField("x-request-id", id))
    }
    self.head = head
  }

  var body: HTTPBody { exchange.body }
  var client: String { exchange.client }

  @discardableResult
  func respond(_ head: HTTPResponseHead, body: HTTPBody?) -> Bool {
    var head = head
    if head.fields.first(named: "x-request-id") == nil { head.fields.append(HTTPField("x-request-id", requestID)) }
    return exchange.respond(head, body: body)
  }

  func onAbandoned(_ action: @escaping @Sendable () -> Void) { exchange.onAbandoned(action) }

  /// What the request's process has from it: `ctx.get` shows it, and requests of its own carry the trace on.
  var inheritance: ProcessInheritance {
    TraceContext.inheritance(of: head.fields, requestID: requestID)
  }
}
