import Synchronization
import WippyCore

/// Counts the responses of one `http.service`.
final class HTTPCounters: Sendable {
  struct Reading: Sendable {
    /// Responses by method and status.
    var responses: [Key: UInt64] = [:]
    /// Those whose client did not get all of them.
    var incomplete: UInt64 = 0
    var buckets = [UInt64](repeating: 0, count: HTTPCounters.bounds.count + 1)
    /// Nanoseconds.
    var duration: UInt64 = 0
    var bytes: UInt64 = 0
  }

  struct Key: Sendable, Hashable {
    var method: String
    var status: UInt16
  }

  /// Upper bounds of the time of a request, in nanoseconds.
  static let bounds: [UInt64] = [
    1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000, 500_000_000, 1_000_000_000, 5_000_000_000,
  ]
  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  private let state = Mutex(Reading())

  func note(_ record: HTTPAccessRecord) {
    // Anybody can make up methods: they are not to fill the memory.
    let method = HTTPCounters.methods.contains(record.method) ? record.method : "other"
    let bucket = HTTPCounters.bounds.firstIndex { record.duration <= $0 } ?? HTTPCounters.bounds.count
    state.withLock { state in
      state.responses[Key(method: method, status: record.status), default: 0] += 1
      if !record.isComplete { state.incomplete += 1 }
      state.buckets[bucket] += 1
      state.duration &+= record.duration
      state.bytes &+= record.bytes
    }
  }

  var reading: Reading { state.withLock { $0 } }
}
