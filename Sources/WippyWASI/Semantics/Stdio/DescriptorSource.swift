import Glibc
import Synchronization
import WippyCore

/// A descriptor that this program inherited, as a source. Its flags stay as they are, because they belong to whoever
/// else has it open: the kernel is asked before every read.
package final class DescriptorSource: InputSource {
  private let descriptor: Int32
  private let kind: DescriptorKind
  /// Between the question and the read no other process of ours may take what was there.
  private let turn = Mutex(())

  package init(_ descriptor: Int32) {
    self.descriptor = descriptor
    kind = DescriptorKind(descriptor)
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
    turn.withLock { _ in
      while true {
        guard kind == .file || ReadinessCheck.isReady(descriptor, for: .readable) else { return .notReady }
        let count =
          kind == .socket
          ? recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
          : Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { return .bytes(count) }
        if count == 0 { return .end }
        switch errno {
        case EINTR: continue
        case EAGAIN: return .notReady
        // Closed before this program began; or a terminal that is gone, or that another job has.
        case EBADF, EIO, ECONNRESET: return .end
        case let code: return .error(code)
        }
      }
    }
  }

  package var readiness: WaitCondition { kind == .file ? .ready : .descriptor(descriptor, .readable) }
  package var isTerminal: Bool { kind == .terminal }
}
