import NIOCore
import WippyCore

/// Puts what a channel receives into a body, and says when the channel may go on reading. Belongs to the event loop.
final class BodyIntake {
  let body = HTTPBody()
  private(set) var isFull = false

  /// - Parameter resume: Called on the event loop when the reader has made room, or has left.
  init(on loop: any EventLoop, resume: @escaping @Sendable () -> Void) {
    body.observeWriting { loop.execute(resume) }
  }

  func append(_ buffer: ByteBuffer) {
    isFull = !buffer.withUnsafeReadableBytes { body.append($0) }
  }

  func resume() {
    isFull = false
  }

  func finish(trailers: [HTTPField]) {
    body.observeWriting(nil)
    body.finish(trailers: trailers)
  }

  func fail(_ failure: HTTPFailure) {
    body.observeWriting(nil)
    body.fail(failure)
  }
}
