import Glibc
import Synchronization
import WippyComponent
import WippyCore
import WippyRuntime

/// What the thread that waits for signals and the task that runs the command tell each other.
final class RunState: Sendable {
  /// How the task ended.
  enum Outcome: Sendable {
    /// - type: Of a guest's function; `nil` for a Lua program.
    case ended(ExitReason, type: FunctionType?)
    case failed(CommandFailure)
  }

  private struct Fields {
    var outcome: Outcome?
    var isStarted = false
    var command: ProcessID?
    var hasEnded = false
    /// Set when a shutdown that a signal asked for is complete.
    var shutdown: ShutdownReport?
    var compiling: String?
    var compilingSince: MonotonicTime?
    var isProgressShown = false
  }

  private let fields = Mutex(Fields())
  private let showsProgress: Bool

  init(showsProgress: Bool) {
    self.showsProgress = showsProgress
  }

  var outcome: Outcome? { fields.withLock { $0.outcome } }
  var shutdown: ShutdownReport? { fields.withLock { $0.shutdown } }
  /// Whether there is a process, which can be asked to stop.
  var isStarted: Bool { fields.withLock { $0.isStarted } }
  /// The command's process, also when it has ended.
  var command: ProcessID? { fields.withLock { $0.command } }
  /// Whether the command has ended, or will never begin; what it wrote may still wait for its reader.
  var hasEnded: Bool { fields.withLock { $0.hasEnded || $0.outcome != nil } }

  func started() { fields.withLock { $0.isStarted = true } }

  func started(_ command: ProcessID) {
    fields.withLock { fields in
      fields.isStarted = true
      fields.command = command
    }
  }

  func ended() {
    fields.withLock { $0.hasEnded = true }
    SignalSet.wake()
  }

  func finish(_ outcome: Outcome) {
    fields.withLock { $0.outcome = outcome }
    SignalSet.wake()
  }

  func finish(_ shutdown: ShutdownReport) {
    fields.withLock { $0.shutdown = shutdown }
    SignalSet.wake()
  }

  // MARK: The progress line

  private static let patience = 500

  func compilation(_ event: CompilationEvent) {
    guard showsProgress else { return }
    fields.withLock { fields in
      switch event {
      case .began(let name):
        fields.compiling = name
        if fields.compilingSince == nil { fields.compilingSince = .now }
      case .ended:
        fields.compiling = nil
        // Here, and not in the waiting thread: the guest may write the next moment.
        hideProgress(&fields)
      }
    }
    SignalSet.wake()
  }

  /// How long the waiting thread may sleep before a line is due; `nil` when none is.
  var untilProgress: Int? {
    fields.withLock { fields in
      guard fields.compiling != nil, !fields.isProgressShown, let since = fields.compilingSince else {
        return nil
      }
      return max(1, RunState.patience - Int(MonotonicTime.now.nanoseconds(since: since) / 1_000_000))
    }
  }

  func showProgressIfDue() {
    fields.withLock { fields in
      guard let name = fields.compiling, !fields.isProgressShown, let since = fields.compilingSince,
        MonotonicTime.now.nanoseconds(since: since) >= UInt64(RunState.patience) * 1_000_000
      else { return }
      fields.isProgressShown = true
      _ = FileWriting.writeAll("\rcompiling \(TerminalText.line(name)) ...", to: STDERR_FILENO)
    }
  }

  func hideProgress() { fields.withLock { hideProgress(&$0) } }

  private func hideProgress(_ fields: inout Fields) {
    guard fields.isProgressShown else { return }
    fields.isProgressShown = false
    _ = FileWriting.writeAll("\r\u{1b}[K", to: STDERR_FILENO)
  }
}

extension MonotonicTime {
  fileprivate static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
