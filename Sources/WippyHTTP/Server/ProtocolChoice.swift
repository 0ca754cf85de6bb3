import NIOCore
import NIOTLS

/// Configures a connection when TLS has agreed on a protocol.
final class ProtocolChoice: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let configure: (any Channel, _ isHTTP2: Bool) throws -> Void

  init(_ configure: @escaping (any Channel, _ isHTTP2: Bool) throws -> Void) {
    self.configure = configure
  }

  func channelActive(context: ChannelHandlerContext) {
    context.read()
    context.fireChannelActive()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.read()
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted(let name) = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    do {
      try configure(context.channel, name == "h2")
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
