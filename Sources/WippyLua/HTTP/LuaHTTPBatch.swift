import Synchronization
import WippyCore

/// Requests that are sent together, and answered together.
final class LuaHTTPBatch: Sendable {
  private struct State: Sendable {
    var results: [Result<LuaHTTPFetch.Outcome, LuaErrorValue>?]
    var fetches: [LuaHTTPFetch] = []
    var missing: Int
  }

  private static let mostRequests = 1000

  private let state: Mutex<State>
  private let ticket = Mutex<LuaTicket?>(nil)

  private init(count: Int) {
    state = Mutex(State(results: Array(repeating: nil, count: count), missing: count))
  }

  /// `request_batch({{method, url, options?}, ...})` -> responses, errors
  static func start(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    guard call.type(1) == .table else { throw call.expected("table", 1) }
    guard case .array(let items) = try call.value(1) else {
      throw .argument(1, "an array of {method, url, options} expected")
    }
    guard items.count <= mostRequests else {
      throw .error(.invalid, "\(items.count) requests in a batch: at most \(mostRequests)", retryable: false)
    }
    guard let access = call.services.http else {
      throw .error(.unavailable, "this runtime was made without HTTP")
    }
    let batch = LuaHTTPBatch(count: items.count)
    let budget = ByteBudget(Int(LuaHTTPOptions.largest))
    let boundary = LuaHTTPClientModule.boundary(call.services)
    // Those that are described badly fail alone.
    var requests: [(index: Int, request: LuaPreparedRequest)] = []
    for (index, item) in items.enumerated() {
      do throws(LuaFailure) {
        var request = try prepared(item, boundary)
        request.options.budget = budget
        requests.append((index, request))
      } catch {
        guard case .error(let value) = error else { throw error }
        batch.end(index, .failure(value))
      }
    }
    let ticket = try call.suspend(waitingFor: "http_client") { batch.abandon() }
    batch.ticket.withLock { $0 = ticket }
    for (index, request) in requests {
      let fetch = request.fetch(access, call) { batch.end(index, $0) }
      batch.state.withLock { $0.fetches.append(fetch) }
      fetch.start(request.method)
    }
    if requests.isEmpty { batch.complete() }
    return .suspended
  }

  private static func prepared(
    _ item: Value, _ boundary: () -> String
  ) throws(LuaFailure) -> LuaPreparedRequest {
    guard case .array(let parts) = item, (2...3).contains(parts.count), case .string(let method) = parts[0],
      case .string(let url) = parts[1]
    else { throw .error(.invalid, "a request of a batch has to be {method, url, options}", retryable: false) }
    let request = try LuaPreparedRequest(method, url, parts.count > 2 ? parts[2] : .null, boundary: boundary)
    guard !request.options.isStreamed else {
      throw .error(.invalid, "the responses of a batch cannot be streamed", retryable: false)
    }
    return request
  }

  private func end(_ index: Int, _ result: Result<LuaHTTPFetch.Outcome, LuaErrorValue>) {
    let isLast = state.withLock { state in
      guard state.results[index] == nil else { return false }
      state.results[index] = result
      state.missing -= 1
      return state.missing == 0
    }
    if isLast { complete() }
  }

  /// Every place has a value, also one that is missing: `false`, so that `ipairs` comes to the end.
  private func complete() {
    guard let ticket = ticket.withLock({ $0.take() }) else { return }
    let results = state.withLock { state in
      state.fetches = []
      return state.results
    }
    ticket.complete { output in
      output.beginArray(results.count)
      for result in results {
        if case .success(let outcome) = result {
          LuaHTTPClientModule.push(outcome, &output)
        } else {
          output.push(false)
        }
      }
      let hasFailed = results.contains { if case .failure = $0 { true } else { false } }
      guard hasFailed else { return output.pushNil() }
      output.beginArray(results.count)
      for result in results {
        if case .failure(let error) = result { output.push(error) } else { output.push(false) }
      }
    }
  }

  private func abandon() {
    let fetches = state.withLock { $0.fetches }
    ticket.withLock { $0 = nil }
    for fetch in fetches { fetch.abandon() }
  }
}
