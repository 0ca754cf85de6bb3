import NIOCore
import NIOPosix
import WippyCore

/// The client of a runtime: requests over NIO, on one event loop.
package final class NIOClient: HTTPClient {
  private let configuration: ClientConfiguration
  private let loop: any EventLoop
  private let dispatcher: NIOLoopBoundBox<RequestDispatcher>

  /// - Parameter loops: One of them is the client's.
  package init(_ configuration: ClientConfiguration, on loops: EventLoops) {
    self.configuration = configuration
    loop = loops.group.next()
    dispatcher = .makeBoxSendingValue(RequestDispatcher(configuration, on: loop), eventLoop: loop)
  }

  package func send(
    _ request: HTTPClientRequest, _ completion: @escaping @Sendable (Result<HTTPClientResponse, HTTPFailure>) -> Void
  ) -> any HTTPClientCall {
    let call = ClientCall(request, completion)
    guard let destination = Destination(request) else {
      call.complete(.failure(HTTPFailure(.requestURIInvalid)))
      return call
    }
    let dispatcher = dispatcher
    loop.execute { dispatcher.value.start(call, to: destination) }
    return call
  }

  /// Closes the connections that have no request, and the others with their last one.
  package func close() {
    let dispatcher = dispatcher
    loop.execute { dispatcher.value.connections.closeAll() }
  }
}
