import NIOCore
import Synchronization
import WippyCore

/// Carries a body from whoever writes it to a channel, as fast as the channel takes it. Belongs to the event loop.
final class BodyPump {
  enum Step {
    case bytes(ByteBuffer)
    case end(trailers: [HTTPField])
    case failed(HTTPFailure)
  }

  private let body: HTTPBody
  private let channel: any Channel
  private let sink: (Step) -> Void
  /// Kept, because what has been written leaves its memory behind.
  private var buffer = ByteBuffer()
  private var isOver = false
  /// A write can fill the channel, which tells of that at once, in the middle of what an encoder makes of one part.
  private(set) var isRunning = false

  /// - Parameter resume: Called on the event loop when there is more: it calls `run`.
  init(
    _ body: HTTPBody, to channel: any Channel, resume: @escaping @Sendable () -> Void, sink: @escaping (Step) -> Void
  ) {
    self.body = body
    self.channel = channel
    self.sink = sink
    let loop = channel.eventLoop
    let alarm = Alarm()
    // However much is written until the loop comes to it, it is told once.
    body.observeReading {
      guard alarm.ring() else { return }
      loop.execute {
        alarm.reset()
        resume()
      }
    }
  }

  /// Writes what there is, while the channel takes it. The caller flushes.
  func run() {
    isRunning = true
    defer { isRunning = false }
    while !isOver, channel.isWritable {
      switch body.take() {
      case .empty: return
      case .bytes(let bytes):
        buffer.clear(minimumCapacity: bytes.count)
        buffer.writeBytes(bytes)
        sink(.bytes(buffer))
      case .end(.finished(let trailers)):
        isOver = true
        sink(.end(trailers: trailers))
      case .end(.failed(let failure)):
        isOver = true
        sink(.failed(failure))
      }
    }
  }

  /// The channel takes no more.
  func stop() {
    isOver = true
    body.observeReading(nil)
    body.stopReading()
  }
}

/// Rings once until it is reset.
private final class Alarm: Sendable {
  private let isRinging = Atomic<Bool>(false)

  func ring() -> Bool { !isRinging.exchange(true, ordering: .acquiringAndReleasing) }
  func reset() { isRinging.store(false, ordering: .releasing) }
}
