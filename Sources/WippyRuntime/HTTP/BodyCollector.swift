import Synchronization
import WippyCore

/// Reads a body to its end, without waiting for it. What bounds it is the server's `body_bytes`.
final class BodyCollector: Sendable {
  typealias Completion = @Sendable (Result<[UInt8], HTTPFailure>) -> Void

  private struct State: Sendable {
    var bytes: [UInt8] = []
    var completion: Completion?
  }

  private let body: HTTPBody
  private let state: Mutex<State>

  private init(_ body: HTTPBody, _ completion: @escaping Completion) {
    self.body = body
    state = Mutex(State(completion: completion))
  }

  static func collect(_ body: HTTPBody, _ completion: @escaping Completion) {
    let collector = BodyCollector(body, completion)
    body.observeReading { collector.advance() }
    collector.advance()
  }

  private func advance() {
    let done = state.withLock { state -> (Completion, Result<[UInt8], HTTPFailure>)? in
      while let completion = state.completion {
        let result: Result<[UInt8], HTTPFailure>
        switch body.take() {
        case .empty: return nil
        case .bytes(let bytes):
          state.bytes += bytes
          continue
        case .end(.finished): result = .success(state.bytes)
        case .end(.failed(let failure)): result = .failure(failure)
        }
        state = State()
        return (completion, result)
      }
      return nil
    }
    guard let (completion, result) = done else { return }
    // Ends the circle of body and observer.
    body.observeReading(nil)
    completion(result)
  }
}
