import WippyCore

/// `wasi:http/types`' outgoing response.
package final class OutgoingResponse: HTTPResource {
  let headers: [HTTPField]
  private(set) var status: UInt16 = 200
  private(set) var body: HTTPBody?

  init(_ headers: Fields) {
    self.headers = headers.fields
    super.init()
  }

  func setStatus(_ status: UInt16) -> Bool {
    guard (100...999).contains(status) else { return false }
    self.status = status
    return true
  }

  /// The body, once.
  func makeBody() -> OutgoingBody? {
    guard body == nil else { return nil }
    let body = HTTPBody()
    self.body = body
    return OutgoingBody(HTTPBodySink(body, promised: headers.contentLength, failure: .responseBodySize))
  }

  var head: HTTPResponseHead { HTTPResponseHead(status: status, fields: headers) }
}
