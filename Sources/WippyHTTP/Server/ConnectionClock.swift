import NIOCore
import WippyCore

/// Closes a connection that lets the server wait too long. Belongs to its event loop.
final class ConnectionClock: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// What the client is waited for.
  private enum Phase {
    /// Between requests.
    case idle
    /// A header has begun.
    case header
    case body
    /// The last response is out, and the client sends on.
    case leaving
    /// Nothing: others work on its request, and have their own deadlines.
    case none
  }

  /// How long a client may send what nobody reads.
  private static let mostLeaving: UInt64 = 2_000_000_000

  private let timeouts: HTTPServerConfiguration.Timeouts
  private var phase = Phase.header
  private var since = NIODeadline.now()
  /// Since when a response has not gone on, as far as that is known; `nil` without a response.
  private var writingSince: NIODeadline?
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
  func bodyIsHeldUp() { if phase == .body { enter(.none) } }
  func bodyGoesOn() { if phase == .none { enter(.body) } }
  func requestIsComplete() { enter(.none) }
  func responseBegins() { writingSince = .now() }
  func leaves() {
    writingSince = nil
    enter(.leaving)
  }
  func requestIsOver() {
    writingSince = nil
    enter(.idle)
  }
  /// Bytes of the request have come.
  func received() { since = .now() }
  /// Bytes of the response have gone.
  func sent() { if writingSince != nil { writingSince = .now() } }

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
      case .leaving: min(timeouts.read, ConnectionClock.mostLeaving)
      case .none: UInt64.max
      }
    return ConnectionClock.amount(nanoseconds)
  }

  private static func amount(_ nanoseconds: UInt64) -> TimeAmount {
    .nanoseconds(Int64(clamping: min(nanoseconds, 1 << 60)))
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
    let now = NIODeadline.now()
    // A client that takes what it is given is not waited for, but the one who writes.
    if writingSince != nil, context.channel.isWritable { writingSince = now }
    let isLate = now - since >= limit
    let isStuck = writingSince.map { now - $0 >= ConnectionClock.amount(timeouts.write) } ?? false
    guard !isLate, !isStuck else {
      context.close(promise: nil)
      return
    }
    arm(context)
  }
}
