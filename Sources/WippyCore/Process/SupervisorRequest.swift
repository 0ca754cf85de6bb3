/// What a program asks a supervisor.
package struct SupervisorRequest: Sendable {
  package var target: Target
  package var operation: Operation
  /// Who asks.
  package var from: ProcessID?

  package init(_ operation: Operation, of target: Target, from: ProcessID? = nil) {
    self.target = target
    self.operation = operation
    self.from = from
  }

  package enum Target: Sendable, Hashable, CustomStringConvertible {
    case entry(EntryID)
    case pid(ProcessID)

    package var description: String {
      switch self {
      case .entry(let id): "\(id)"
      case .pid(let pid): "\(pid)"
      }
    }
  }

  /// A child is named by its id, or (`simple_one_for_one`) by the text of its PID.
  package enum Operation: Sendable, Hashable {
    /// A child specification, or what follows the template's input.
    case startChild([Value])
    case terminateChild(String)
    case restartChild(String)
    case deleteChild(String)
    case whichChildren
    case countChildren
  }
}

/// A supervisor that takes requests, as the scheduler's registry of supervisors holds it.
package protocol SupervisorEndpoint: AnyObject, Sendable {
  /// Called on any thread, must not block; `completion` is called once, on any thread.
  func submit(
    _ request: SupervisorRequest, _ completion: @escaping @Sendable (Result<Value, RequestFailure>) -> Void)
}
