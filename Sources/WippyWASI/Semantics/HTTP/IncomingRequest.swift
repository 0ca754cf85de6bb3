import WippyCore

/// `wasi:http/types`' incoming request.
package final class IncomingRequest: HTTPResource {
  let head: HTTPRequestHead
  let headers: [HTTPField]
  private let body: HTTPBody
  private var isConsumed = false

  package init(_ head: HTTPRequestHead, body: HTTPBody) {
    self.head = head
    headers = Fields.visible(head.fields)
    self.body = body
    super.init()
  }

  deinit {
    if !isConsumed { body.stopReading() }
  }

  /// The body, once.
  func consume() -> IncomingBody? {
    guard !isConsumed else { return nil }
    isConsumed = true
    return IncomingBody(body)
  }
}
