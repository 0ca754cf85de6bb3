import Synchronization
import WippyCore

/// HTTP over NIO: event loops that start with their first use, servers, and a client.
package final class NIOStack: HTTPStack {
  private struct State: Sendable {
    var loops: EventLoops?
    var clients: [NIOClient] = []
  }

  private let state = Mutex(State())
  private let loopCount: Int

  /// - Parameter loops: Threads; 0 is one for each processor.
  package init(loops: Int = 0) {
    loopCount = loops
  }

  package func serve(
    _ configuration: HTTPServerConfiguration, handler: any HTTPRequestHandler,
    _ completion: @escaping @Sendable (Result<any HTTPServing, HTTPServerError>) -> Void
  ) {
    HTTPServer.start(configuration, on: loops, handler: handler) { completion($0.map { $0 }) }
  }

  package func client(lookUp: @escaping NameLookUp) -> any HTTPClient {
    let client = NIOClient(ClientConfiguration(lookUp: lookUp), on: loops)
    state.withLock { $0.clients.append(client) }
    return client
  }

  package func stop() async {
    let (loops, clients) = state.withLock { state in
      defer { state = State() }
      return (state.loops, state.clients)
    }
    for client in clients { client.close() }
    await loops?.stop()
  }

  private var loops: EventLoops {
    state.withLock { state in
      if let loops = state.loops { return loops }
      let made = EventLoops(count: loopCount)
      state.loops = made
      return made
    }
  }
}
