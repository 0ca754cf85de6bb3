import NIOCore
import WippyCore

/// Closes a connection that lets the server wait too long. Belongs to its event loop.
final class ConnectionClock: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private enum Phase {
    /// Between requests.
    case idle
    /// A header has begun.
    case header
    case body
    /// The request is answered by somebody: that has its own deadline.
    case answering
    case writing
    /// The last response is out, and the client sends on.
    case leaving
  }

  /// How long a client may send what nobody reads.
  private static let mostLeaving: UInt64 = 2_000_000_000

  private let timeouts: HTTPServerConfiguration.Timeouts
  private var phase = Phase.header
  private var since = NIODeadline.now()
  private var timer: Scheduled<Void>?

  init(_ timeouts: HTTPServerConfiguration.Timeouts) {
    self.timeouts = timeouts
  }

  func channelActive(context: ChannelHandlerContext) {
    since = .now()
    arm(context)
    context.fireChannelActive()
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { arm(context) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if phase == .idle { enter(.header) }
    context.fireChannelRead(data)
  }

  // What the exchange tells.

  func headIsComplete() { enter(.body) }
  /// Whoever reads the body lets the client wait.
  func bodyIsHeldUp() { if phase == .body { enter(.answering) } }
  func requestIsComplete() { if phase == .body { enter(.answering) } }
  func responseBegins() { enter(.writing) }
  func requestIsOver() { enter(.idle) }
  func leaves() { enter(.leaving) }
  func progress() { since = .now() }

  private func enter(_ new: Phase) {
    phase = new
    since = .now()
  }

  private var limit: TimeAmount {
    let nanoseconds =
      switch phase {
      case .idle: timeouts.idle
      case .header: timeouts.header
      case .body: timeouts.read
      case .writing: timeouts.write
      case .leaving: min(timeouts.read, ConnectionClock.mostLeaving)
      case .answering: UInt64.max
      }
    return .nanoseconds(Int64(clamping: min(nanoseconds, 1 << 60)))
  }

  /// Looks twice a second, at the least: a timer for each phase would cost more than the phases.
  private func arm(_ context: ChannelHandlerContext) {
    timer?.cancel()
    let shortest = min(timeouts.idle, timeouts.header, timeouts.read, timeouts.write)
    let period = TimeAmount.nanoseconds(Int64(clamping: min(max(shortest / 4, 1_000_000), 500_000_000)))
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: period) {
      let (clock, context) = bound.value
      clock.look(context)
    }
  }

  private func look(_ context: ChannelHandlerContext) {
    // A client that takes what it is given is not waited for, but the one who writes.
    if phase == .writing, context.channel.isWritable { since = .now() }
    if phase == .body, !context.channel.isActive { return }
    guard NIODeadline.now() - since < limit else {
      context.close(promise: nil)
      return
    }
    arm(context)
  }
}
