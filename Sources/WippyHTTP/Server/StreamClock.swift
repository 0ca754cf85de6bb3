import NIOCore

/// Closes a connection of HTTP/2 that has had no stream for too long, or has its last one behind it. Belongs to its event
/// loop.
final class StreamClock {
  private let limit: TimeAmount
  private var open = 0
  private var since = NIODeadline.now()
  private var timer: Scheduled<Void>?
  /// The connection that is to be closed after its last stream.
  private var draining: (any Channel)?

  /// - Parameter idle: Nanoseconds.
  init(idle: UInt64) {
    limit = .nanoseconds(Int64(clamping: min(idle, 1 << 60)))
  }

  func begin(_ channel: any Channel) {
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    arm(channel, bound)
    channel.closeFuture.whenComplete { _ in bound.value.timer?.cancel() }
  }

  func add(_ stream: any Channel) {
    open += 1
    let bound = NIOLoopBound(self, eventLoop: stream.eventLoop)
    stream.closeFuture.whenComplete { _ in
      bound.value.open -= 1
      bound.value.since = .now()
      bound.value.closeIfDrained()
    }
  }

  func drain(_ channel: any Channel) {
    draining = channel
    closeIfDrained()
  }

  private func closeIfDrained() {
    guard open == 0 else { return }
    draining.take()?.close(promise: nil)
  }

  private func arm(_ channel: any Channel, _ bound: NIOLoopBound<StreamClock>) {
    let deadline = (open == 0 ? since : .now()) + limit
    timer = channel.eventLoop.scheduleTask(deadline: max(deadline, .now() + .milliseconds(1))) {
      let clock = bound.value
      if clock.open == 0, NIODeadline.now() - clock.since >= clock.limit {
        channel.close(promise: nil)
      } else {
        clock.arm(channel, bound)
      }
    }
  }
}
