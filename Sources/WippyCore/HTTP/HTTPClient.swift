/// Sends requests. The runtime has one, made with the first request.
package protocol HTTPClient: AnyObject, Sendable {
  /// Sends a request. `completion` is called once, on any thread and perhaps before this returns: with the beginning of
  /// the response, or with why there is none.
  func send(
    _ request: HTTPClientRequest, _ completion: @escaping @Sendable (Result<HTTPClientResponse, HTTPFailure>) -> Void
  ) -> any HTTPClientCall
}

/// A request under way.
package protocol HTTPClientCall: AnyObject, Sendable {
  /// Gives it up, also while its response is read.
  func cancel()
}

package struct HTTPClientRequest: Sendable {
  package var head: HTTPRequestHead
  /// `nil` for none.
  package var body: HTTPBody?
  /// Nanoseconds; `nil` is the client's own bound.
  package var connectTimeout: UInt64?
  package var firstByteTimeout: UInt64?
  package var betweenBytesTimeout: UInt64?
  /// `nil` is what the client does by itself.
  package var tls: HTTPClientTLS?
  /// Whether a connection may lead to this address (in text form) and port, which a name stands for.
  package var mayConnect: @Sendable (_ address: String, _ port: UInt16, _ name: String) -> Bool

  package init(
    _ head: HTTPRequestHead, body: HTTPBody? = nil, connectTimeout: UInt64? = nil, firstByteTimeout: UInt64? = nil,
    betweenBytesTimeout: UInt64? = nil, mayConnect: @escaping @Sendable (String, UInt16, String) -> Bool
  ) {
    self.head = head
    self.body = body
    self.connectTimeout = connectTimeout
    self.firstByteTimeout = firstByteTimeout
    self.betweenBytesTimeout = betweenBytesTimeout
    self.mayConnect = mayConnect
  }
}

package struct HTTPClientResponse: Sendable {
  package var head: HTTPResponseHead
  package var body: HTTPBody

  package init(_ head: HTTPResponseHead, body: HTTPBody) {
    self.head = head
    self.body = body
  }
}
