import Glibc
import Synchronization
import WippyCore

/// A descriptor that this program inherited, as a sink. Its flags stay as they are, because they belong to whoever
/// else has it open.
///
/// `SIGPIPE` must be ignored or blocked on the threads that write.
package final class DescriptorSink: OutputSink {
  /// What a pipe that is ready takes without blocking: POSIX's `PIPE_BUF` on Linux.
  private static let pipeChunk = 4096

  private let descriptor: Int32
  private let kind: DescriptorKind
  /// Whether `descriptor` is ours: a terminal opened a second time, because a terminal that is ready may still block,
  /// and the flag against that must not be set on what others have open.
  private let isOwned: Bool
  /// Between the question and the write no other process of ours may fill the pipe.
  private let turn = Mutex(())

  package init(_ descriptor: Int32) {
    kind = DescriptorKind(descriptor)
    var own: Int32 = -1
    if kind == .terminal {
      own = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    }
    isOwned = own >= 0
    self.descriptor = own >= 0 ? own : descriptor
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
    turn.withLock { _ in
      var written = 0
      while written < bytes.count {
        guard kind == .file || isOwned || ReadinessCheck.isReady(descriptor, for: .writable) else { break }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
        let chunk = kind == .file ? rest.count : min(rest.count, DescriptorSink.pipeChunk)
        let count =
          kind == .socket
          ? send(descriptor, rest.baseAddress, chunk, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
          : Glibc.write(descriptor, rest.baseAddress, chunk)
        if count >= 0 {
          written += count
          continue
        }
        switch errno {
        case EINTR: continue
        case EAGAIN: return .accepted(written)
        case EPIPE, EBADF, EIO, ECONNRESET: return .closed
        case let code: return .error(code)
        }
      }
      return .accepted(written)
    }
  }

  package var room: Int {
    if kind == .file { return 65_536 }
    return ReadinessCheck.isReady(descriptor, for: .writable) ? DescriptorSink.pipeChunk : 0
  }

  package var readiness: WaitCondition { kind == .file ? .ready : .descriptor(descriptor, .writable) }
  package var isTerminal: Bool { kind == .terminal }
}
