import Synchronization
import WippyCore
import WippyWASI

/// Reads a part of a file into a body, on the blocking pool, as fast as the body is read.
final class FilePump: Sendable {
  private static let piece: UInt64 = 64 << 10

  private let file: RegularFile
  private let body: HTTPBody
  private let reactor: any Reactor
  private let rest: Mutex<Range<UInt64>>
  private let isWaiting = Atomic<Bool>(false)

  init(_ file: RegularFile, _ range: Range<UInt64>, into body: HTTPBody, _ reactor: any Reactor) {
    self.file = file
    self.body = body
    self.reactor = reactor
    rest = Mutex(range)
    body.observeWriting { self.resume() }
  }

  /// Goes on until the body is full. On a thread of the pool.
  func run() {
    while true {
      let range = rest.withLock { $0 }
      guard !range.isEmpty, !body.isReaderGone else { return end { $0.finish() } }
      guard body.room > 0 else {
        isWaiting.store(true, ordering: .sequentiallyConsistent)
        // It may have been read meanwhile.
        if body.room > 0 { resume() }
        return
      }
      let bytes: [UInt8]
      do throws(FileError) {
        bytes = try file.read(Int(min(FilePump.piece, UInt64(range.count))), at: range.lowerBound)
      } catch {
        return end { $0.fail(.internal("the file cannot be read: \(error.name)")) }
      }
      // It has become shorter.
      guard !bytes.isEmpty else { return end { $0.fail(.internal("the file has become shorter")) } }
      rest.withLock { $0 = range.lowerBound + UInt64(bytes.count)..<range.upperBound }
      bytes.withUnsafeBytes { _ = body.append($0) }
    }
  }

  private func resume() {
    guard isWaiting.exchange(false, ordering: .sequentiallyConsistent) else { return }
    if !reactor.runBlocking({ self.run() }) { end { $0.fail(.internal("too much else is being read")) } }
  }

  private func end(_ action: (HTTPBody) -> Void) {
    // Ends the circle of body and observer.
    body.observeWriting(nil)
    action(body)
  }
}
