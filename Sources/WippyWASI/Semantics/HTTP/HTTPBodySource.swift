import WippyCore

/// What a guest reads of a body that comes in.
final class HTTPBodySource: InputSource {
  private let body: HTTPBody
  private let signal = Signal()

  init(_ body: HTTPBody) {
    self.body = body
    body.observeReading { [signal] in signal.set() }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
    let count = body.read(into: buffer)
    guard count == 0 else { return .bytes(count) }
    return switch body.end {
    case nil: .notReady
    case .finished: .end
    case .failed(let failure): .http(failure)
    }
  }

  func take(upTo count: Int) -> [UInt8]? { body.take(upTo: count) }

  var readiness: WaitCondition {
    // In this order, so that what comes in between is not lost.
    signal.clear()
    return body.isReadable ? .ready : .signal(signal)
  }
}
