import Synchronization
import WippyCore

/// Where a guest writes a body that goes out; counts what its `content-length` promises.
final class HTTPBodySink: OutputSink {
  let body: HTTPBody
  private let promised: UInt64?
  private let failure: HTTPFailure.Code
  private let signal = Signal()
  private let written = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - promised: The value of `content-length`.
  ///   - failure: The code of a body with another size.
  init(_ body: HTTPBody, promised: UInt64?, failure: HTTPFailure.Code) {
    self.body = body
    self.promised = promised
    self.failure = failure
    body.observeWriting { [signal] in signal.set() }
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
    write(bytes.count) { body.append(UnsafeRawBufferPointer(rebasing: bytes.prefix($0))) }
  }

  func write(owned bytes: [UInt8]) -> WriteOutcome {
    write(bytes.count) { count in
      if count == bytes.count { body.append(bytes) } else { body.append(Array(bytes[..<count])) }
    }
  }

  private func write(_ size: Int, _ append: (Int) -> Void) -> WriteOutcome {
    guard !body.isReaderGone else { return .closed }
    let count = min(size, body.room)
    let total = written.load(ordering: .relaxed) + UInt64(count)
    if let promised, total > promised {
      let excess = HTTPFailure(failure, .size(total))
      body.fail(excess)
      return .http(excess)
    }
    written.store(total, ordering: .relaxed)
    append(count)
    return .accepted(count)
  }

  var room: Int { body.room }

  var readiness: WaitCondition {
    signal.clear()
    return body.room > 0 ? .ready : .signal(signal)
  }

  /// Ends the body; fewer bytes than promised are a failure.
  func finish(trailers: [HTTPField]) throws(HTTPFailure) {
    let total = written.load(ordering: .relaxed)
    guard promised.map({ $0 == total }) ?? true else {
      let shortage = HTTPFailure(failure, .size(total))
      body.fail(shortage)
      throw shortage
    }
    body.finish(trailers: trailers)
  }
}
