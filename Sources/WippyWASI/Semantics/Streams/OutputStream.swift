/// `wasi:io/streams`' output stream.
///
/// It promises no more than its sink takes at once, so what it keeps itself is the rest of one write at most.
package final class OutputStream: Subscribable {
  /// What one blocking write may have, by the interface's contract.
  package static let largestBlockingWrite = 4096

  package var openChildren = 0
  package let outlivesCall: Bool
  private let sink: any OutputSink
  /// The resource whose child it is: a socket.
  private let parent: (any Subscribable)?
  private let tail: OutputTail?
  private var pending: [UInt8] = []
  private var permit = 0
  private var isClosed = false

  /// - Parameters:
  ///   - tail: Sees everything that is written.
  ///   - isStandard: Of the guest's own, which it keeps.
  package init(
    _ sink: any OutputSink, tail: OutputTail? = nil, childOf parent: (any Subscribable)? = nil,
    isStandard: Bool = false
  ) {
    outlivesCall = isStandard
    self.sink = sink
    self.tail = tail
    self.parent = parent
    parent?.openChildren += 1
  }

  deinit {
    parent?.openChildren -= 1
    if !pending.isEmpty, !isClosed { _ = pending.withUnsafeBytes { sink.write($0) } }
  }

  package var condition: WaitCondition { isClosed ? .ready : sink.readiness }

  /// How many bytes the next write may have.
  package func checkWrite() throws(StreamFailure) -> UInt64 {
    permit = try drain() ? sink.room : 0
    return UInt64(permit)
  }

  /// A write within the last permit.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(StreamFailure) {
    guard !isClosed else { throw .closed }
    guard bytes.count <= permit else {
      throw .misuse("a write of \(bytes.count) bytes, and check-write permitted \(permit)")
    }
    permit -= bytes.count
    try accept(bytes)
  }

  /// The same of bytes that nobody else needs.
  package func write(owned bytes: [UInt8]) throws(StreamFailure) {
    guard !isClosed, tail == nil, pending.isEmpty, !bytes.isEmpty, bytes.count <= permit else {
      return try bytes.withStreamBytes { bytes throws(StreamFailure) in try write(bytes) }
    }
    permit -= bytes.count
    let count = try settle(sink.write(owned: bytes))
    pending.append(contentsOf: bytes.dropFirst(count))
  }

  /// A write of `count` zero bytes within the last permit.
  package func writeZeroes(_ count: UInt64) throws(StreamFailure) {
    guard !isClosed else { throw .closed }
    guard count <= UInt64(permit) else {
      throw .misuse("a write of \(count) bytes, and check-write permitted \(permit)")
    }
    permit -= Int(count)
    try acceptZeroes(Int(count))
  }

  /// Takes the bytes without a permit; what the sink does not take now is kept. The caller bounds them.
  package func accept(_ bytes: UnsafeRawBufferPointer) throws(StreamFailure) {
    guard !isClosed else { throw .closed }
    tail?.append(bytes)
    var rest = bytes
    if try drain() { rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(try put(bytes))) }
    pending.append(contentsOf: rest)
  }

  package func acceptZeroes(_ count: Int) throws(StreamFailure) {
    let zeroes = [UInt8](repeating: 0, count: count)
    try zeroes.withStreamBytes { bytes throws(StreamFailure) in try accept(bytes) }
  }

  /// Takes what goes out now, of at most `bytes.count`; nothing when the sink is full.
  package func writeSome(_ bytes: UnsafeRawBufferPointer) throws(StreamFailure) -> Int {
    guard try drain() else { return 0 }
    let count = try put(bytes)
    tail?.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
    return count
  }

  /// Gives the sink what is kept; `true` when nothing is left.
  package func drain() throws(StreamFailure) -> Bool {
    guard !isClosed else { throw .closed }
    guard !pending.isEmpty else { return true }
    let bytes = pending
    pending.removeFirst(try bytes.withStreamBytes { bytes throws(StreamFailure) in try put(bytes) })
    return pending.isEmpty
  }

  /// What is kept and does not go out now, for whoever sees to it from here on. The stream is closed.
  func takePending() -> [UInt8] {
    let drained = Result { () throws(StreamFailure) in try drain() }
    isClosed = true
    defer { pending = [] }
    // Of a stream that has failed nothing goes out.
    if case .success(false) = drained { return pending }
    return []
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(StreamFailure) -> Int {
    guard !bytes.isEmpty else { return 0 }
    return try settle(sink.write(bytes))
  }

  private func settle(_ outcome: WriteOutcome) throws(StreamFailure) -> Int {
    switch outcome {
    case .accepted(let count): return count
    case .closed:
      isClosed = true
      throw .closed
    case .failed(let text):
      isClosed = true
      throw .failed(text)
    case .error(let errno):
      isClosed = true
      throw .system(errno)
    case .http(let failure):
      isClosed = true
      throw .http(failure)
    }
  }
}
