/// What processes can do to each other. The scheduler implements it.
///
/// Everything may be called from any thread, also from within a step, and nothing blocks.
package protocol ProcessSystem: AnyObject, Sendable {
  // MARK: Messages

  /// Puts a message into a mailbox. Messages and signals of one process to another keep their order.
  func send(from: ProcessID?, to: ProcessID, topic: String, payload: [Value]) throws(SendFailure)

  // MARK: Monitors and links

  /// Tells `watcher` of the end of `target` with one EXIT: at once and with `noproc` when there is no such process. A
  /// second monitor of the same pair changes nothing.
  func monitor(_ target: ProcessID, by watcher: ProcessID)

  /// Takes a monitor back; `false` when there is none, or its EXIT is in the mailbox already.
  @discardableResult
  func unmonitor(_ target: ProcessID, by watcher: ProcessID) -> Bool

  /// Links `process` with `peer`: the abnormal end of one ends the other, unless it traps links. When there is no
  /// `peer`, that is the signal `noproc`.
  func link(_ process: ProcessID, _ peer: ProcessID)

  /// `false` when they were not linked.
  @discardableResult
  func unlink(_ process: ProcessID, _ peer: ProcessID) -> Bool

  /// Whether ends of linked processes, normal ones too, arrive as LINK_DOWN. Without effect on a program that has no
  /// mailbox.
  func setTrapsLinks(_ process: ProcessID, _ traps: Bool)
  func trapsLinks(_ process: ProcessID) -> Bool

  // MARK: Ends

  /// Asks a process to stop; `false` when there is none, or it is ending already. A program with a mailbox gets CANCEL,
  /// and is killed when its grace time is over; a further cancel gives it no further time.
  ///
  /// - Parameter graceMilliseconds: Replaces the process's `cancel_grace_ms`; `.max` is for ever.
  @discardableResult
  func cancel(_ pid: ProcessID, reason: String?, from: ProcessID?, graceMilliseconds: UInt64?) -> Bool

  /// Ends a process with reason `killed`; `false` when there is none, or it is ending already.
  @discardableResult
  func terminate(_ pid: ProcessID) -> Bool

  // MARK: Names

  /// Gives a process a name, until it ends. The same name for the same process again is no error.
  func register(_ name: String, _ pid: ProcessID) throws(NameFailure)
  func lookup(_ name: String) -> ProcessID?
  /// `false` when nobody has the name.
  @discardableResult
  func unregister(_ name: String) -> Bool

  // MARK: Lists

  /// The processes that have started, in the order of their spawns.
  func list() -> [ProcessSnapshot]
  func info(_ pid: ProcessID) -> ProcessSnapshot?

  // MARK: Starts

  /// Starts a process of an entry. `completion` is called once, on any thread, when its Init is complete or has
  /// failed; a failure leaves no PID, no EXIT, and no signal.
  func spawn(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<ProcessID, SpawnFailure>) -> Void)

  /// Makes the program of an entry without starting it: for an upgrade. Whoever gets it has to run or close it.
  func prepare(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void)

  /// Calls a function entry. `completion` is called once, on any thread: with the end of the call's process, or with
  /// why there is none.
  @discardableResult
  func call(
    _ request: CallRequest, _ completion: @escaping @Sendable (Result<ExitReason, RequestFailure>) -> Void
  ) -> CallToken

  /// Gives up a call, whose completion then hears `cancelled`; `false` when it is over.
  @discardableResult
  func cancelCall(_ token: CallToken, reason: String?) -> Bool

  /// Asks a supervisor. `completion` is called once, on any thread.
  func supervisor(
    _ request: SupervisorRequest, _ completion: @escaping @Sendable (Result<Value, RequestFailure>) -> Void)
}

extension ProcessSystem {
  @discardableResult
  package func cancel(_ pid: ProcessID, reason: String? = nil, from: ProcessID? = nil) -> Bool {
    cancel(pid, reason: reason, from: from, graceMilliseconds: nil)
  }

  @discardableResult
  package func cancelCall(_ token: CallToken) -> Bool {
    cancelCall(token, reason: nil)
  }
}
