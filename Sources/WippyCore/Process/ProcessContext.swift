/// What a program sees of the process that it is.
///
/// The scheduler implements it; tests have their own. Everything may be called from any thread, but for
/// `interruption()` and `receive()`, which belong to the worker that runs the step.
package protocol ProcessContext: AnyObject, Sendable {
  var pid: ProcessID { get }
  var entry: EntryID { get }

  /// Queues the process again: something that it waited for has happened.
  func wake()

  /// What a running step has to do now: called at the program's check points (the epoch callback of a guest,
  /// the hook of a Lua state).
  func interruption() -> Interruption

  /// The next event of the mailbox, in order of arrival; `nil` when there is none. A step that then returns `wait` is
  /// followed by another one when something arrives, also when that was before the step ended.
  func receive() -> ProcessEvent?

  /// Timers, descriptors and blocking work.
  var reactor: any Reactor { get }

  /// The other processes.
  var system: any ProcessSystem { get }

  /// What this process has from the one that started it.
  var inherited: ProcessInheritance { get }
}

/// What a program does at a check point.
package enum Interruption: Sendable {
  /// Nobody needs the worker: go on.
  case proceed
  /// Return `yield` from the step: the slice is over, or the process has to end.
  case yield
}
