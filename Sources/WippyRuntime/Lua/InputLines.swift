import Synchronization
import WippyCore
import WippyLua
import WippyWASI

/// Reads a source by lines or by pieces, for one reader after the other.
final class InputLines: Sendable {
  typealias Completion = @Sendable (Result<[UInt8], LuaErrorValue>) -> Void

  private struct Request {
    var count: Int
    var untilNewline: Bool
    var completion: Completion
  }

  private struct State {
    var pending: [UInt8] = []
    var requests: [Request] = []
    var isWaiting = false
    var end: Result<[UInt8], LuaErrorValue>?
  }

  private static let maximumRequests = 1000

  private let source: any InputSource
  private let reactor: any Reactor
  private let state = Mutex(State())

  init(_ source: any InputSource, _ reactor: any Reactor) {
    self.source = source
    self.reactor = reactor
  }

  /// Reads at most `count` bytes, at least one; or up to and with the next newline. At the end there are none.
  func read(_ count: Int, untilNewline: Bool, _ completion: @escaping Completion) {
    let isTaken = state.withLock { state in
      guard state.requests.count < InputLines.maximumRequests else { return false }
      state.requests.append(Request(count: max(1, count), untilNewline: untilNewline, completion: completion))
      return true
    }
    guard isTaken else {
      completion(.failure(LuaErrorValue(.rateLimited, "too many reads of standard input wait: let some finish")))
      return
    }
    advance()
  }

  /// Answers what can be answered, then waits for the rest.
  private func advance() {
    while let (completion, result) = state.withLock({ next(&$0) }) { completion(result) }
  }

  private func next(_ state: inout State) -> (Completion, Result<[UInt8], LuaErrorValue>)? {
    guard let request = state.requests.first else { return nil }
    while true {
      if let count = length(of: request, in: state) {
        let bytes = Array(state.pending.prefix(count))
        state.pending.removeFirst(count)
        state.requests.removeFirst()
        return (request.completion, .success(bytes))
      }
      if let end = state.end {
        state.requests.removeFirst()
        return (request.completion, end)
      }
      guard !state.isWaiting, fill(&state) else { return nil }
    }
  }

  private func length(of request: Request, in state: State) -> Int? {
    guard !state.pending.isEmpty else { return nil }
    let limit = min(request.count, state.pending.count)
    guard request.untilNewline else { return limit }
    if let newline = state.pending.prefix(limit).firstIndex(of: UInt8(ascii: "\n")) { return newline + 1 }
    return state.end != nil || state.pending.count >= request.count ? limit : nil
  }

  /// Reads once; `false` when nothing is there yet.
  private func fill(_ state: inout State) -> Bool {
    let outcome = withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { buffer in
      let outcome = source.read(into: buffer)
      if case .bytes(let count) = outcome { state.pending += buffer.prefix(count) }
      return outcome
    }
    switch outcome {
    case .bytes: return true
    case .end: state.end = .success([])
    case .failed(let message): state.end = .failure(InputLines.failure(message))
    case .error(let errno): state.end = .failure(InputLines.failure(StreamError(errno: errno).text))
    case .http(let failure): state.end = .failure(InputLines.failure("\(failure)"))
    case .notReady:
      guard case .descriptor(let descriptor, let readiness) = source.readiness else {
        state.end = .success([])
        return true
      }
      state.isWaiting = true
      _ = reactor.whenReady(descriptor, for: readiness) {
        self.state.withLock { $0.isWaiting = false }
        self.advance()
      }
      return false
    }
    return true
  }

  private static func failure(_ message: String) -> LuaErrorValue {
    LuaErrorValue(.internal, "standard input: \(message)")
  }
}
