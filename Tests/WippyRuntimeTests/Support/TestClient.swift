import WippyCore
import WippyTestKit

@testable import WippyRuntime

/// What a request over loopback came to.
struct TestAnswer: Sendable {
  var head: HTTPResponseHead
  var bytes: [UInt8]
  var end: HTTPBody.End

  var status: UInt16 { head.status }
  var text: String { String(decoding: bytes, as: UTF8.self) }
  subscript(name: String) -> String? { head.fields.first(named: name)?.text }
}

extension Runtime {
  /// Sends a request to a port of this computer; `nil` when there is no response.
  func send(
    _ path: String, to port: UInt16, method: String = "GET", body: HTTPBody? = nil, fields: [HTTPField] = []
  ) async -> TestAnswer? {
    let request = HTTPClientRequest(
      HTTPRequestHead(method: method, scheme: "http", authority: "127.0.0.1:\(port)", path: path, fields: fields),
      body: body, mayConnect: { _, _, _ in true })
    let result: Result<HTTPClientResponse, HTTPFailure> = await withCheckedContinuation { continuation in
      if http.client?.send(request, { continuation.resume(returning: $0) }) == nil {
        continuation.resume(returning: .failure(HTTPFailure(.configurationError)))
      }
    }
    guard case .success(let response) = result else { return nil }
    let (bytes, end) = await response.body.collect()
    return TestAnswer(head: response.head, bytes: bytes, end: end)
  }
}
