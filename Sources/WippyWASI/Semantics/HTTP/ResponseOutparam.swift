import WippyCore

/// `wasi:http/types`' place for a response. Dropped without one, the request was not answered.
package final class ResponseOutparam: HTTPResource {
  package enum Answer {
    case response(HTTPResponseHead, HTTPBody?)
    case failed(HTTPFailure)
  }

  private let answer: @Sendable (Answer) -> Void

  /// - Parameter answer: Called at most once, on the process's worker.
  package init(_ answer: @escaping @Sendable (Answer) -> Void) {
    self.answer = answer
    super.init()
  }

  func set(_ value: Answer) { answer(value) }
}
