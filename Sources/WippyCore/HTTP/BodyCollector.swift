import Synchronization

/// Reads a body to its end, without waiting for it.
package final class BodyCollector: Sendable {
  package typealias Completion = @Sendable (Result<[UInt8], HTTPFailure>) -> Void

  private struct State: Sendable {
    var bytes: [UInt8] = []
    var completion: Completion?
  }

  private let body: HTTPBody
  private let limit: Int
  private let budget: ByteBudget?
  private let state: Mutex<State>

  private init(_ body: HTTPBody, limit: Int, budget: ByteBudget?, _ completion: @escaping Completion) {
    self.body = body
    self.limit = limit
    self.budget = budget
    state = Mutex(State(completion: completion))
  }

  /// Calls `completion` once, on any thread and perhaps before this returns.
  ///
  /// - Parameters:
  ///   - limit: Bytes; a longer body is a failure with `.requestBodySize`.
  ///   - budget: What several bodies may have together.
  package static func collect(
    _ body: HTTPBody, limit: Int = .max, budget: ByteBudget? = nil, _ completion: @escaping Completion
  ) {
    let collector = BodyCollector(body, limit: limit, budget: budget, completion)
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
          let isAllowed = budget?.spend(bytes.count) ?? true
          if isAllowed, state.bytes.count <= limit { continue }
          result = .failure(HTTPFailure(.requestBodySize, .size(UInt64(isAllowed ? limit : budget?.limit ?? limit))))
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
    if case .failure = result { body.stopReading() }
    completion(result)
  }
}
