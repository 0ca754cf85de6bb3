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

  /// What is found out at the first write. The lock is held over it: between the question and the write no other
  /// process of ours may fill the pipe.
  private struct State: ~Copyable {
    var isOpened = false
    var own: OwnDescription?
  }

  private let inherited: Int32
  private let kind: DescriptorKind
  private let state = Mutex(State())

  package init(_ descriptor: Int32) {
    inherited = descriptor
    kind = DescriptorKind(descriptor)
  }

  package func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
    state.withLock { state in
      if !state.isOpened, kind != .file {
        state.isOpened = true
        state.own = OwnDescription.open(inherited, kind, access: O_WRONLY)
      }
      let isOwn = state.own != nil
      let descriptor = state.own?.descriptor ?? inherited
      var written = 0
      while written < bytes.count {
        let mayBlock = kind != .file && !isOwn
        guard !mayBlock || ReadinessCheck.isReady(descriptor, for: .writable) else { break }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
        let chunk = mayBlock ? min(rest.count, DescriptorSink.pipeChunk) : rest.count
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

  /// What the kernel does not take of a permitted write is kept by the stream, which permits no more then.
  package let room = 65_536

  package var readiness: WaitCondition { kind == .file ? .ready : .descriptor(inherited, .writable) }
  package var isTerminal: Bool { kind == .terminal }
}
