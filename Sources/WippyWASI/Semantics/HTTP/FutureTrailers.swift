import WippyCore

/// `wasi:http/types`' trailers to come. What nobody has read of the body is thrown away.
package final class FutureTrailers: HTTPResource {
  private let body: HTTPBody
  private let signal = Signal()
  private var isTaken = false

  init(_ body: HTTPBody) {
    self.body = body
    super.init()
    body.observeReading { [signal] in signal.set() }
  }

  deinit {
    body.stopReading()
  }

  override package var condition: WaitCondition {
    signal.clear()
    return end == nil ? .signal(signal) : .ready
  }

  /// The body's end; `nil` before it.
  private var end: HTTPBody.End? {
    while true {
      switch body.take() {
      case .bytes: continue
      case .empty: return nil
      case .end(let end): return end
      }
    }
  }

  enum Answer {
    case pending
    case taken
    case trailers(Fields?)
    case failed(HTTPFailure)
  }

  func get() -> Answer {
    guard !isTaken else { return .taken }
    switch end {
    case nil: return .pending
    case .finished(let trailers):
      isTaken = true
      return .trailers(trailers.isEmpty ? nil : Fields(Fields.visible(trailers)))
    case .failed(let failure):
      isTaken = true
      return .failed(failure)
    }
  }
}
