import NIOCore
import NIOHTTP2

/// Ends a connection of HTTP/2 when its client breaks the rules, or when the server stops: then it tells the client to send
/// no more requests, and closes after the last response. Belongs to the event loop of its channel.
final class StreamDrain: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  private let streams: StreamClock

  init(_ streams: StreamClock) {
    self.streams = streams
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is DrainEvent else { return context.fireUserInboundEventTriggered(event) }
    // What is on its way to the server is still answered.
    let goAway = HTTP2Frame.FramePayload.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil)
    context.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: goAway)), promise: nil)
    streams.drain(context.channel)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The client has been told why; what concerns one stream has ended that stream.
    if !error.isOfOneStream { context.close(promise: nil) }
  }
}
