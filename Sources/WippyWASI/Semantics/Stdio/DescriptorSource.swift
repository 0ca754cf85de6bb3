import Glibc
import Synchronization
import WippyCore

/// A descriptor that this program inherited, as a source. Its flags stay as they are, because they belong to whoever
/// else has it open.
package final class DescriptorSource: InputSource {
  /// What is found out at the first read. The lock is held over it: between the question and the read no other process
  /// of ours may take what was there.
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

  package func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
    state.withLock { state in
      if !state.isOpened, kind != .file {
        state.isOpened = true
        state.own = OwnDescription.open(inherited, kind, access: O_RDONLY)
      }
      let mayBlock = kind != .file && state.own == nil
      let descriptor = state.own?.descriptor ?? inherited
      while true {
        guard !mayBlock || ReadinessCheck.isReady(descriptor, for: .readable) else { return .notReady }
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

  package var readiness: WaitCondition { kind == .file ? .ready : .descriptor(inherited, .readable) }
  package var isTerminal: Bool { kind == .terminal }
}
