/// Makes programs from registry entries: what the runtime installs at the scheduler.
package protocol ProcessFactory: Sendable {
  /// Resolves entry and host, and makes the program. It calls `completion` once: on the calling thread before it returns
  /// where nothing has to be read or compiled, else on any thread. It must not block.
  ///
  /// The program belongs to whoever gets it: stepped by the scheduler, or closed.
  func prepare(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void)
}

/// A program that is ready for its first step.
package struct PreparedProcess: Sendable {
  package var program: any ProcessProgram
  package var entry: EntryID
  package var host: any ProcessHost
  package var limits: ProcessLimits

  package init(
    program: any ProcessProgram, entry: EntryID, host: any ProcessHost, limits: ProcessLimits = .init()
  ) {
    self.program = program
    self.entry = entry
    self.host = host
    self.limits = limits
  }
}

/// Where processes run; only the scheduler that made it knows more.
package protocol ProcessHost: AnyObject, Sendable {
  var id: EntryID { get }
}
