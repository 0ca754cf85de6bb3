import NIOCore
import NIOPosix

/// The threads of HTTP.
package final class EventLoops: Sendable {
  let group: MultiThreadedEventLoopGroup

  /// - Parameter count: 0 is one for each processor: they do the first step of what answers requests.
  package init(count: Int = 0) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: count > 0 ? count : max(1, System.coreCount))
  }

  package func stop() async {
    do {
      try await group.shutdownGracefully()
    } catch {
      // What could not be closed ends with the threads.
    }
  }
}
