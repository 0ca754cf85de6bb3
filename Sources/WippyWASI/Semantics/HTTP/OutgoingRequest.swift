import WippyCore

/// `wasi:http/types`' outgoing request.
package final class OutgoingRequest: HTTPResource {
  let headers: [HTTPField]
  private(set) var method = "GET"
  private(set) var path: String?
  private(set) var scheme: String?
  private(set) var authority: String?
  private var body: HTTPBody?

  init(_ headers: Fields) {
    self.headers = headers.fields
    super.init()
  }

  /// The body, once.
  func makeBody() -> OutgoingBody? {
    guard body == nil else { return nil }
    let body = HTTPBody()
    self.body = body
    return OutgoingBody(HTTPBodySink(body, promised: headers.contentLength, failure: .requestBodySize))
  }

  // Each returns whether it was valid.

  func setMethod(_ method: String) -> Bool {
    guard HTTPSyntax.isToken(method) else { return false }
    self.method = method
    return true
  }

  func setPath(_ path: String?) -> Bool {
    guard path.map(HTTPSyntax.isPath) ?? true else { return false }
    self.path = path
    return true
  }

  func setScheme(_ scheme: String?) -> Bool {
    guard scheme.map(HTTPSyntax.isScheme) ?? true else { return false }
    self.scheme = scheme
    return true
  }

  func setAuthority(_ authority: String?) -> Bool {
    guard authority.map(HTTPSyntax.isAuthority) ?? true else { return false }
    self.authority = authority
    return true
  }

  /// The request to send.
  func request(_ options: RequestOptions?, access: HTTPAccess) throws(HTTPFailure) -> HTTPClientRequest {
    let scheme = (scheme ?? "https").lowercased()
    guard scheme == "http" || scheme == "https" else { throw HTTPFailure(.protocolError) }
    guard let authority else { throw HTTPFailure(.requestURIInvalid) }
    guard method != "CONNECT" else { throw HTTPFailure(.requestMethodInvalid) }
    var path = path ?? "/"
    if path.isEmpty || path.hasPrefix("?") { path = "/" + path }
    guard path.hasPrefix("/") || path == "*" && method == "OPTIONS" else { throw HTTPFailure(.requestURIInvalid) }
    guard path.utf8.count <= OutgoingRequest.longestPath else { throw HTTPFailure(.requestURITooLong) }
    var request = HTTPClientRequest(
      HTTPRequestHead(
        method: method, scheme: scheme, authority: authority, path: path,
        fields: TraceContext.carried(by: access.inherited, into: headers)), body: body, mayConnect: access.mayConnect)
    request.connectTimeout = options?.connectTimeout
    request.firstByteTimeout = options?.firstByteTimeout
    request.betweenBytesTimeout = options?.betweenBytesTimeout
    return request
  }

  private static let longestPath = 64 << 10
}
