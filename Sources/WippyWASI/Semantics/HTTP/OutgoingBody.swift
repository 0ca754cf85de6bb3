import WippyCore

/// `wasi:http/types`' outgoing body.
package final class OutgoingBody: HTTPResource {
  private let sink: HTTPBodySink
  private var isTaken = false
  private var isFinished = false

  init(_ sink: HTTPBodySink) {
    self.sink = sink
    super.init()
  }

  deinit {
    // Dropped without its end: who receives it has to know that it is not whole.
    if !isFinished { sink.body.fail(HTTPFailure(.connectionTerminated)) }
  }

  /// The stream to write to, once.
  func write() -> OutputStream? {
    guard !isTaken else { return nil }
    isTaken = true
    return OutputStream(sink, childOf: self)
  }

  func finish(trailers: [HTTPField]) throws(HTTPFailure) {
    isFinished = true
    try sink.finish(trailers: trailers)
  }
}
