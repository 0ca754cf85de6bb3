import WippyCore

/// `wasi:http/types`' incoming response.
package final class IncomingResponse: IncomingMessage {
  let status: UInt16

  init(_ response: HTTPClientResponse) {
    status = response.head.status
    super.init(fields: response.head.fields, body: response.body)
  }
}
