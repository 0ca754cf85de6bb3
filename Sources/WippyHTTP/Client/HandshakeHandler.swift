import NIOCore
import NIOTLS
import WippyCore

/// Reads until TLS is there, and tells which protocol it has agreed on, or why it is not.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private var completion: ((Result<Bool, HTTPFailure>) -> Void)?

  /// - Parameter completion: Called once, on the event loop: with whether it is HTTP/2. What the connection speaks is added
  ///   to its pipeline there, before the first bytes of it come.
  init(_ completion: @escaping (Result<Bool, HTTPFailure>) -> Void) {
    self.completion = completion
  }

  func channelActive(context: ChannelHandlerContext) {
    context.read()
    context.fireChannelActive()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if completion != nil { context.read() }
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted(let name) = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    end(.success(name == "h2"))
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(.failure(HTTPFailure(error)))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(.failure(HTTPFailure(.connectionTerminated)))
    context.fireChannelInactive()
  }

  private func end(_ result: Result<Bool, HTTPFailure>) {
    completion.take()?(result)
  }
}
