import WippyCore

/// `wasi:http/types`' incoming response.
package final class IncomingResponse: HTTPResource {
  let status: UInt16
  let headers: [HTTPField]
  private let body: HTTPBody
  private var isConsumed = false

  init(_ response: HTTPClientResponse) {
    status = response.head.status
    headers = Fields.visible(response.head.fields)
    body = response.body
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
