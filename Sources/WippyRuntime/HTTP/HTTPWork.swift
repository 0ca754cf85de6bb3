import Synchronization
import WippyCore
import WippyHTTP
import WippyProcess
import WippyWASI

/// The runtime's HTTP: its event loops and its client, made when they are used.
final class HTTPWork: Sendable {
  private struct State {
    var loops: EventLoops?
    var client: NIOClient?
  }

  private let state = Mutex(State())
  private let reactor: any Reactor

  init(reactor: any Reactor) {
    self.reactor = reactor
  }

  var client: any HTTPClient {
    state.withLock { state in
      if let client = state.client { return client }
      let made = NIOClient(
        ClientConfiguration { [reactor] name, completion in HTTPWork.lookUp(name, reactor, completion) },
        on: Self.loops(&state))
      state.client = made
      return made
    }
  }

  var loops: EventLoops { state.withLock { Self.loops(&$0) } }

  private static func loops(_ state: inout State) -> EventLoops {
    if let loops = state.loops { return loops }
    let made = EventLoops()
    state.loops = made
    return made
  }

  /// Ends the event loops, if there are any.
  func stop() async {
    let (loops, client) = state.withLock { state in
      defer { state = State() }
      return (state.loops, state.client)
    }
    client?.close()
    await loops?.stop()
  }

  private static func lookUp(
    _ name: String, _ reactor: any Reactor,
    _ completion: @escaping @Sendable (Result<[String], HTTPFailure>) -> Void
  ) {
    let isTaken = reactor.runBlocking {
      completion(
        NameLookup.addresses(of: name).mapError { error in
          switch error {
          case .temporaryResolverFailure: HTTPFailure(.dnsTimeout)
          default: HTTPFailure(.dnsError, .dns(rcode: "NXDOMAIN", info: nil))
          }
        })
    }
    if !isTaken { completion(.failure(HTTPFailure(.dnsTimeout))) }
  }
}
