/// What does HTTP on the network: the runtime is given one, or has none.
package protocol HTTPStack: AnyObject, Sendable {
  /// Begins to listen. `completion` is called once, on any thread. It reads files of certificates, which may wait for
  /// the disk.
  func serve(
    _ configuration: HTTPServerConfiguration, handler: any HTTPRequestHandler,
    _ completion: @escaping @Sendable (Result<any HTTPServing, HTTPServerError>) -> Void)

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
  /// - Parameter completion: Called once, on any thread, with the number of connections that had to be closed.
  func stop(graceMilliseconds: UInt64, _ completion: @escaping @Sendable (Int) -> Void)
}

extension HTTPStack {
  package func serve(
    _ configuration: HTTPServerConfiguration, handler: any HTTPRequestHandler
  ) async throws(HTTPServerError) -> any HTTPServing {
    let result = await withCheckedContinuation { continuation in
      serve(configuration, handler: handler) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }
}

extension HTTPServing {
  @discardableResult
  package func stop(graceMilliseconds: UInt64) async -> Int {
    await withCheckedContinuation { continuation in
      stop(graceMilliseconds: graceMilliseconds) { continuation.resume(returning: $0) }
    }
  }
}

/// Answers requests. Called on a thread of the server's: it must be short, and answers later.
package protocol HTTPRequestHandler: Sendable {
  func handle(_ exchange: any HTTPExchange)
  /// Runs what may spawn and wake processes, on the thread that a server calls it on: the handler may step them there.
  func perform(_ body: () -> Void)
}

extension HTTPRequestHandler {
  package func perform(_ body: () -> Void) { body() }
}
