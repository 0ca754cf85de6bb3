import Synchronization
import WippyCore

/// One request of a program's, with the redirects that it follows, until its response is there.
final class LuaHTTPFetch: Sendable {
  struct Outcome: Sendable {
    var url: URLText
    var head: HTTPResponseHead
    /// What was read, unless the response is streamed.
    var bytes: [UInt8]
    var stream: HTTPBody?
  }

  typealias Completion = @Sendable (Result<Outcome, LuaErrorValue>) -> Void

  private struct State: Sendable {
    var completion: Completion?
    var call: (any HTTPClientCall)?
    var timer: ReactorToken?
    var redirects = 0
  }

  private static let mostRedirects = 10
  private static let secret = ["authorization", "cookie", "proxy-authorization"]

  /// Where the program sends the request.
  private let origin: URLText
  private let access: LuaHTTPAccess
  private let options: LuaHTTPOptions
  private let reactor: any Reactor
  /// The trace that the request belongs to.
  private let inherited: ProcessInheritance
  private let state: Mutex<State>

  init(
    _ url: URLText, _ options: LuaHTTPOptions, access: LuaHTTPAccess, reactor: any Reactor,
    inherited: ProcessInheritance, _ completion: @escaping Completion
  ) {
    origin = url
    self.inherited = inherited
    self.options = options
    self.access = access
    self.reactor = reactor
    state = Mutex(State(completion: completion))
  }

  func start(_ method: String) {
    let url = origin
    let deadline = reactor.now().advanced(byNanoseconds: options.timeout)
    let timer = reactor.schedule(at: deadline) { [self] in
      end(
        .failure(
          LuaErrorValue(
            .internal, "no response from \(url.authority) within \(options.timeout / 1_000_000) ms", retryable: true)))
    }
    state.withLock { $0.timer = timer }
    send(method, url, body: options.body)
  }

  /// The process has ended, or does not want it any more.
  func abandon() {
    let call = state.withLock { state in
      state.completion = nil
      return state.call.take()
    }
    call?.cancel()
    clearTimer()
  }

  private func send(_ method: String, _ url: URLText, body: [UInt8]?) {
    guard let client = access.client() else {
      return end(.failure(LuaErrorValue(.unavailable, "this runtime was made without HTTP")))
    }
    var fields = options.fields
    // What proves who asks belongs to the server that it was meant for.
    if url.authority != origin.authority || url.scheme != origin.scheme {
      fields.removeAll { field in LuaHTTPFetch.secret.contains { field.name.isSameFieldName(as: $0) } }
    }
    if fields.first(named: "user-agent") == nil { fields.append(HTTPField("user-agent", "wippy")) }
    fields = TraceContext.carried(by: inherited, into: fields)
    var request = HTTPClientRequest(
      HTTPRequestHead(
        method: method, scheme: url.scheme, authority: url.authority, path: url.target, fields: fields),
      body: body.map { HTTPBody($0) }, firstByteTimeout: options.timeout, mayConnect: access.mayConnect)
    request.tls = options.tls
    let call = client.send(request) { [self] result in
      switch result {
      case .success(let response): received(response, of: url, method, body)
      case .failure(let failure): end(.failure(Self.error(failure, url)))
      }
    }
    let isOver = state.withLock { state in
      guard state.completion != nil else { return true }
      state.call = call
      return false
    }
    // A streamed response is read when this is over.
    if isOver, !options.isStreamed { call.cancel() }
  }

  private func received(_ response: HTTPClientResponse, of url: URLText, _ method: String, _ body: [UInt8]?) {
    if let next = redirect(response.head, of: url, method) {
      response.body.stopReading()
      let isFurther = state.withLock { state in
        state.redirects += 1
        return state.redirects <= Self.mostRedirects
      }
      guard isFurther else {
        return end(
          .failure(LuaErrorValue(.internal, "\(url.text): stopped after \(Self.mostRedirects) redirects")))
      }
      return send(next.method, next.url, body: next.method == method ? body : nil)
    }
    guard !options.isStreamed else {
      return end(.success(Outcome(url: url, head: response.head, bytes: [], stream: response.body)))
    }
    BodyCollector.collect(response.body, limit: options.mostBytes, budget: options.budget) { [self] result in
      switch result {
      case .success(let bytes): end(.success(Outcome(url: url, head: response.head, bytes: bytes)))
      case .failure(HTTPFailure(.requestBodySize, .size(UInt64(options.mostBytes)))):
        end(
          .failure(
            LuaErrorValue(
              .invalid,
              "\(url.text): the response has more than \(options.mostBytes) bytes: raise max_response_body, or stream it"
            )))
      case .failure(let failure) where failure.code == .requestBodySize:
        end(
          .failure(
            LuaErrorValue(
              .invalid,
              "\(url.text): the responses of the batch have more than \(LuaHTTPOptions.largest) bytes together")))
      case .failure(let failure): end(.failure(Self.error(failure, url)))
      }
    }
  }

  /// Where a response leads to; `nil` when it is the answer.
  private func redirect(
    _ head: HTTPResponseHead, of url: URLText, _ method: String
  ) -> (method: String, url: URLText)? {
    guard [301, 302, 303, 307, 308].contains(head.status), let place = head.fields.first(named: "location")?.text,
      var next = url.resolving(place)
    else { return nil }
    // The credentials belong to where they were sent.
    next.credentials = nil
    if head.status >= 307 { return (method, next) }
    return (method == "HEAD" ? "HEAD" : "GET", next)
  }

  private func end(_ result: Result<Outcome, LuaErrorValue>) {
    let (completion, call) = state.withLock { state in
      (state.completion.take(), state.call.take())
    }
    guard let completion else {
      if case .success(let outcome) = result { outcome.stream?.stopReading() }
      return
    }
    clearTimer()
    if case .failure = result { call?.cancel() }
    completion(result)
  }

  private func clearTimer() {
    if let timer = state.withLock({ $0.timer.take() }) { reactor.cancel(timer) }
  }

  static func error(_ failure: HTTPFailure, _ url: URLText) -> LuaErrorValue {
    switch failure.code {
    case .destinationIPProhibited:
      LuaErrorValue(
        .permissionDenied,
        "\(url.authority): the address is not allowed: add it to `network: {allow: [...]}` of the entry",
        retryable: false)
    case .configurationError:
      LuaErrorValue(
        .invalid, "\(url.authority): option `tls`: a certificate or key is no PEM, or is broken", retryable: false)
    case .requestURIInvalid, .requestMethodInvalid:
      LuaErrorValue(.invalid, "\(url.text): \(failure)", retryable: false)
    default: LuaErrorValue(.internal, "\(url.authority): \(failure)", retryable: true)
    }
  }
}
