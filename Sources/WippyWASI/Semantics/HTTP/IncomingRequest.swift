import WippyCore

/// `wasi:http/types`' incoming request.
package final class IncomingRequest: IncomingMessage {
  let head: HTTPRequestHead

  package init(_ head: HTTPRequestHead, body: HTTPBody) {
    self.head = head
    super.init(fields: head.fields, body: body)
  }
}
