import NIOCore
import NIOTLS
import WippyCore

/// Tells when TLS is there, or why it is not.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let isReady: EventLoopPromise<Void>

  init(_ isReady: EventLoopPromise<Void>) {
    self.isReady = isReady
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted = event as? TLSUserEvent { isReady.succeed(()) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    isReady.fail(HTTPFailure(error))
    context.fireErrorCaught(error)
    context.close(promise: nil)
  }
}
