import Synchronization
import WippyCore

/// Answers every request with the same, at once.
final class FixedClient: HTTPClient {
  private let result: Result<HTTPClientResponse, HTTPFailure>
  private let asked = Mutex<HTTPClientRequest?>(nil)

  init(_ result: Result<HTTPClientResponse, HTTPFailure>) {
    self.result = result
  }

  /// The last request.
  var request: HTTPClientRequest? { asked.withLock { $0 } }

  func send(
    _ request: HTTPClientRequest, _ completion: @escaping @Sendable (Result<HTTPClientResponse, HTTPFailure>) -> Void
  ) -> any HTTPClientCall {
    asked.withLock { $0 = request }
    completion(result)
    return Call()
  }

  private final class Call: HTTPClientCall {
    func cancel() {}
  }
}
