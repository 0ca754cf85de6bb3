/// What does HTTP on the network: the runtime is given one, or has none.
package protocol HTTPStack: AnyObject, Sendable {
  /// Begins to listen.
  func serve(
    _ configuration: HTTPServerConfiguration, handler: any HTTPRequestHandler
  ) async throws(HTTPServerError) -> any HTTPServing

  /// A client, which may be made with its first request.
  ///
  /// - Parameter lookUp: Finds the addresses of a name, in text form, in the order in which they are tried.
  func client(lookUp: @escaping NameLookUp) -> any HTTPClient

  /// Ends everything: servers that listen, connections, threads.
  func stop() async
}

package typealias NameLookUp =
  @Sendable (_ name: String, _ completion: @escaping @Sendable (Result<[String], HTTPFailure>) -> Void) -> Void

/// A server that listens.
package protocol HTTPServing: AnyObject, Sendable {
  var port: UInt16 { get }

  /// Takes no more connections, lets requests end, and closes what is left after the grace time.
  ///
  /// - Returns: The number of connections that had to be closed.
  @discardableResult
  func stop(graceMilliseconds: UInt64) async -> Int
}

/// Answers requests. Called on a thread of the server's: it must be short, and answers later.
package protocol HTTPRequestHandler: Sendable {
  func handle(_ exchange: any HTTPExchange)
}
