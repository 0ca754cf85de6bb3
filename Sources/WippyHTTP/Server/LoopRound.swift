import NIOCore

/// Whether an event loop has more than one response to give in a round. Belongs to that loop.
///
/// A response that is written at once wakes its client while others wait for the loop: where there are several, they go
/// out together at the end of the round.
final class LoopRound {
  private let loop: any EventLoop
  private var count = 0
  /// Of the last rounds: one with many is forgotten one by one.
  private var recentCount = 0

  init(_ loop: any EventLoop) {
    self.loop = loop
  }

  /// Counts a response; whether it is the only one, as far as one can know.
  func addResponse() -> Bool {
    count += 1
    if count == 1 {
      let bound = NIOLoopBound(self, eventLoop: loop)
      loop.execute { bound.value.end() }
    }
    return count == 1 && recentCount <= 1
  }

  private func end() {
    recentCount = max(count, recentCount - 1)
    count = 0
  }
}
