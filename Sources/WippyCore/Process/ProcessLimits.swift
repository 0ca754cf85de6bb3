/// The limits of one process that the scheduler enforces. 0 is no limit.
package struct ProcessLimits: Sendable, Hashable {
  /// `max_execution_ms`: wall time from spawn to end.
  package var maxExecutionMilliseconds: UInt64
  /// `max_cpu_ms`: time on a worker.
  package var maxCPUMilliseconds: UInt64
  /// `cancel_grace_ms`: from a cancel that the program handles itself to its kill.
  package var cancelGraceMilliseconds: UInt64
  /// `max_mailbox`: messages that were sent and not yet received.
  package var maxMailbox: UInt64
  /// `max_mailbox_bytes`: their size, see `Value.messageBytes`.
  package var maxMailboxBytes: UInt64

  package init(
    maxExecutionMilliseconds: UInt64 = 0, maxCPUMilliseconds: UInt64 = 0,
    cancelGraceMilliseconds: UInt64 = 5000, maxMailbox: UInt64 = 1024, maxMailboxBytes: UInt64 = 16 << 20
  ) {
    self.maxExecutionMilliseconds = maxExecutionMilliseconds
    self.maxCPUMilliseconds = maxCPUMilliseconds
    self.cancelGraceMilliseconds = cancelGraceMilliseconds
    self.maxMailbox = maxMailbox
    self.maxMailboxBytes = maxMailboxBytes
  }
}
