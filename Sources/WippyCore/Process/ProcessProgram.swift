/// What the scheduler runs as a process: a guest, a Lua state, or a test's fake.
///
/// A program is entered by one worker at a time, which need not be the same one every time. Only `interrupt`
/// may be called from any thread.
package protocol ProcessProgram: AnyObject, Sendable {
  /// Runs until the program has started, ends, waits, or is interrupted.
  ///
  /// Called on a worker with the process's context. The first steps are its Init: until one of them returns
  /// `started` the process is not visible, and an `exit` is the spawn's error. A step that returns `wait` has
  /// arranged for `context.wake()`; a wake that comes during the step is not lost.
  func step(_ context: any ProcessContext) -> StepOutcome

  /// Frees everything that the program holds, abandoning what is pending. Called exactly once, on a worker,
  /// when no step runs; no step follows.
  func close()

  /// Asks a step that is running now to look at `context.interruption()` soon. Called from any thread, never after
  /// `close`, and repeated every tick: one that comes before the step can notice is not the last.
  func interrupt()

  /// Bytes of memory that the program holds now, for process lists. Called on any thread, never after `close`.
  var memoryInUse: UInt64 { get }

  /// What a waiting program waits for, in a few words, for process lists. Called on any thread, never after `close`.
  var waitsFor: String? { get }

  /// Whether others may send to it. Such a program gets messages, ends of others and cancels through
  /// `context.receive()`. Read before the first step.
  var hasMailbox: Bool { get }

  /// Whether a cancel of a program without a mailbox is the program's own to decide on. Where it is not, the scheduler
  /// ends the process.
  var handlesCancel: Bool { get }

  /// Delivers a cancel to a program that handles it. Called on any thread, never after `close`; it has to be short,
  /// and wakes the process when that may be waiting.
  func receiveCancel(reason: String?)
}

extension ProcessProgram {
  package var hasMailbox: Bool { false }
  package var waitsFor: String? { nil }
  package var handlesCancel: Bool { false }
  package func receiveCancel(reason: String?) {}
}

/// What a step ended with.
package enum StepOutcome: Sendable {
  /// Init is complete: the process is there. It is stepped again at once.
  case started
  /// Its slice is over; it can go on.
  case yield
  /// Nothing to do until `context.wake()`.
  case wait
  /// The program has ended.
  case exit(ExitReason)
  /// Goes on as another program: this one is closed; the PID, the mailbox with what is in it, monitors, links and names
  /// stay. The new program's first steps are its Init: an `exit` before `started` ends the process with reason `start`.
  /// The limits stay those of the spawn.
  indirect case become(any ProcessProgram, entry: EntryID? = nil)
}
