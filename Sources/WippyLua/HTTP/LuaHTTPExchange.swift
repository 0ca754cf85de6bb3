import Synchronization
import WippyCore

/// The request that a function of Lua answers, and its response as far as it is made.
package final class LuaHTTPExchange: Sendable {
  private struct State: Sendable {
    var status: UInt16 = 200
    var fields: [HTTPField] = []
    /// What was written and not sent.
    var buffer: [UInt8] = []
    /// There when the response has begun.
    var body: HTTPBody?
    var isStreaming = false
    var isTouched = false
    var content: [UInt8]?
    var mostContent = LuaHTTPExchange.largestContent
    var bodyTimeout: UInt64?
  }

  /// Bytes of a body that a program reads at once.
  private static let largestContent = 64 << 20

  /// Bytes of a response that is not streamed, before it begins by itself.
  private static let mostBuffered = 256 << 10

  let exchange: any HTTPExchange
  /// The values of `{name}` segments.
  let parameters: [(name: String, value: String)]
  private let state = Mutex(State())

  package init(_ exchange: any HTTPExchange, parameters: [(name: String, value: String)]) {
    self.exchange = exchange
    self.parameters = parameters
  }

  var head: HTTPRequestHead { exchange.head }

  /// The value of a request's field; several are joined.
  func field(_ name: String) -> String? {
    let values = head.fields.filter { $0.name.isSameFieldName(as: name) }.map(\.text)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  var query: Substring {
    guard let mark = head.path.firstIndex(of: "?") else { return "" }
    return head.path[head.path.index(after: mark)...]
  }

  /// The request's body, once it has been read.
  var content: [UInt8]? {
    get { state.withLock { $0.content } }
    set { state.withLock { $0.content = newValue } }
  }

  var mostContent: Int {
    get { state.withLock { $0.mostContent } }
    set { state.withLock { $0.mostContent = min(newValue, LuaHTTPExchange.largestContent) } }
  }

  /// Nanoseconds that a program waits for the whole body; `nil` as long as the server does.
  var bodyTimeout: UInt64? {
    get { state.withLock { $0.bodyTimeout } }
    set { state.withLock { $0.bodyTimeout = newValue } }
  }

  // MARK: The response

  private static let begun = LuaErrorValue(.invalid, "the response has begun: its status and fields have been sent")

  func setStatus(_ status: UInt16) throws(LuaFailure) {
    try change { $0.status = status }
  }

  func setField(_ name: String, _ value: String) throws(LuaFailure) {
    try change { state in
      state.fields.removeAll { $0.name.isSameFieldName(as: name) }
      state.fields.append(HTTPField(name, value))
    }
  }

  /// Where the program has not said what it is.
  func setDefaultType(_ type: String) {
    state.withLock { state in
      guard state.body == nil, state.fields.first(named: "content-type") == nil else { return }
      state.fields.append(HTTPField("content-type", type))
    }
  }

  func stream() throws(LuaFailure) {
    try change { $0.isStreaming = true }
  }

  private func change(_ body: (inout State) -> Void) throws(LuaFailure) {
    let isOpen = state.withLock { state in
      guard state.body == nil else { return false }
      state.isTouched = true
      body(&state)
      return true
    }
    if !isOpen { throw .error(LuaHTTPExchange.begun) }
  }

  /// Takes bytes of the response's body.
  ///
  /// - Returns: The body that the caller waits for because its client is behind; `nil` to go on.
  func write(_ bytes: [UInt8]) -> HTTPBody? {
    let isLarge = state.withLock { state in
      state.isTouched = true
      state.buffer += bytes
      return state.buffer.count > LuaHTTPExchange.mostBuffered
    }
    return isLarge ? flush() : nil
  }

  /// Sends what was written.
  func flush() -> HTTPBody? {
    let (first, body, bytes) = state.withLock { state -> (HTTPResponseHead?, HTTPBody, [UInt8]) in
      defer { state.buffer = [] }
      if let body = state.body { return (nil, body, state.buffer) }
      let body = HTTPBody()
      state.body = body
      return (HTTPResponseHead(status: state.status, fields: state.fields), body, state.buffer)
    }
    bytes.withUnsafeBytes { _ = body.append($0) }
    if let first { exchange.respond(first, body: body) }
    return body.room == 0 ? body : nil
  }

  /// Whether the program has said anything.
  package var isTouched: Bool { state.withLock { $0.isTouched } }

  /// The function has returned: what is missing of the response is sent.
  package func finish() {
    let (head, body, bytes) = state.withLock { state -> (HTTPResponseHead?, HTTPBody?, [UInt8]) in
      defer { state.buffer = [] }
      guard state.body == nil else { return (nil, state.body, state.buffer) }
      return (HTTPResponseHead(status: state.status, fields: state.fields), nil, state.buffer)
    }
    if let head {
      exchange.respond(head, body: HTTPBody(bytes))
    } else if let body {
      bytes.withUnsafeBytes { _ = body.append($0) }
      body.finish()
    }
  }

  /// The function has failed: its client sees that the response is not complete. `false` when nothing has been sent.
  package func fail() -> Bool {
    guard let body = state.withLock({ $0.body }) else { return false }
    body.fail(.internal("the function has failed"))
    return true
  }
}
