import WippyCore

/// Who hears of a process's end, once. It runs on the worker that closed the process and must be short.
package typealias ExitObserver = @Sendable (ProcessID, ExitReason) -> Void

/// One monitor of a process.
struct Monitor: Sendable {
  let id: UInt64
  let observer: ExitObserver
}
