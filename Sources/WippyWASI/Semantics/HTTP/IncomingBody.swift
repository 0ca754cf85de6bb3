import WippyCore

/// `wasi:http/types`' incoming body.
package final class IncomingBody: HTTPResource {
  private let body: HTTPBody
  private var isTaken = false
  private var isFinished = false

  init(_ body: HTTPBody) {
    self.body = body
    super.init()
  }

  deinit {
    if !isFinished { body.stopReading() }
  }

  /// The stream to read, once.
  func stream() -> InputStream? {
    guard !isTaken else { return nil }
    isTaken = true
    return InputStream(HTTPBodySource(body), childOf: self)
  }

  func finish() -> FutureTrailers {
    isFinished = true
    return FutureTrailers(body)
  }
}
