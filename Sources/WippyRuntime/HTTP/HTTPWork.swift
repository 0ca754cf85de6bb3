import Synchronization
import WippyCore
import WippyProcess
import WippyWASI

/// The runtime's HTTP: what it was given, and its client, made when it is used.
final class HTTPWork: Sendable {
  let stack: (any HTTPStack)?
  private let reactor: any Reactor
  private let made = Mutex<(any HTTPClient)?>(nil)

  init(_ stack: (any HTTPStack)?, reactor: any Reactor) {
    self.stack = stack
    self.reactor = reactor
  }

  /// `nil` where there is no HTTP.
  var client: (any HTTPClient)? {
    made.withLock { made in
      if let made { return made }
      made = stack?.client { [reactor] name, completion in HTTPWork.lookUp(name, reactor, completion) }
      return made
    }
  }

  /// Ends the threads of HTTP, if there are any.
  func stop() async {
    made.withLock { $0 = nil }
    await stack?.stop()
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
