import WippyCore

extension HTTPBody {
  /// Reads everything to the end.
  package func collect() async -> ([UInt8], End) {
    var all: [UInt8] = []
    let signals = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    observeReading { signals.continuation.yield() }
    var iterator = signals.stream.makeAsyncIterator()
    while true {
      switch take() {
      case .bytes(let bytes): all += bytes
      case .end(let end): return (all, end)
      case .empty: _ = await iterator.next()
      }
    }
  }
}
