import WippyCore

/// Who hears of a process's end, once. It runs on the worker that closed the process and must be short.
package typealias ExitObserver = @Sendable (ProcessID, ExitReason) -> Void

/// Somebody outside of the processes who hears of an end; processes have monitors.
struct Observer: Sendable {
  let id: UInt64
  let observer: ExitObserver
}
