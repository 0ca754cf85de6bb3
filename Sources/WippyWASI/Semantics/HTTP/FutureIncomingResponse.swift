import Synchronization
import WippyCore

/// `wasi:http/types`' response to come.
package final class FutureIncomingResponse: HTTPResource {
  /// What the client's thread and the process share.
  private final class Answer: Sendable {
    let signal = Signal()
    let result = Mutex<Result<HTTPClientResponse, HTTPFailure>?>(nil)

    func set(_ value: Result<HTTPClientResponse, HTTPFailure>) {
      result.withLock { $0 = value }
      signal.set()
    }
  }

  private let answer = Answer()
  private var call: (any HTTPClientCall)?
  private var isTaken = false

  init(_ request: HTTPClientRequest, client: any HTTPClient) {
    super.init()
    call = client.send(request) { [answer] in answer.set($0) }
  }

  deinit {
    guard !isTaken else { return }
    call?.cancel()
    if case .success(let response) = answer.result.withLock({ $0 }) { response.body.stopReading() }
  }

  override package var condition: WaitCondition { .signal(answer.signal) }

  enum Outcome {
    case pending
    case taken
    case response(IncomingResponse)
    case failed(HTTPFailure)
  }

  func get() -> Outcome {
    guard !isTaken else { return .taken }
    switch answer.result.withLock({ $0 }) {
    case nil: return .pending
    case .success(let response):
      isTaken = true
      return .response(IncomingResponse(response))
    case .failure(let failure):
      isTaken = true
      return .failed(failure)
    }
  }
}
