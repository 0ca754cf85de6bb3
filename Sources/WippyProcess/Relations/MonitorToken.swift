import WippyCore

/// Names one monitor, for `demonitor`.
package struct MonitorToken: Hashable, Sendable {
  package let process: ProcessID
  let id: UInt64
}
