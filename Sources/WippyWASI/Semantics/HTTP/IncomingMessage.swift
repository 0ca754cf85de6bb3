import WippyCore

/// What requests and responses that come in have: fields, and a body that is read once.
package class IncomingMessage: HTTPResource {
  final let headers: [HTTPField]
  private let body: HTTPBody
  private var isConsumed = false

  init(fields: [HTTPField], body: HTTPBody) {
    headers = Fields.visible(fields)
    self.body = body
    super.init()
  }

  deinit {
    if !isConsumed { body.stopReading() }
  }

  /// The body, once.
  final func consume() -> IncomingBody? {
    guard !isConsumed else { return nil }
    isConsumed = true
    return IncomingBody(body)
  }
}
