import WippyCore

/// Where a process comes from, for those that were asked for by a request.
final class Origin: Sendable {
  let parent: ProcessID?
  let inheritance: ProcessInheritance
  let restarts: Int
  let deadline: MonotonicTime?
  /// A call: the end of its caller is its own.
  let isCall: Bool

  init(_ request: SpawnRequest) {
    parent = request.parent
    inheritance = request.inheritance
    restarts = request.restarts
    deadline = request.deadline
    isCall = request.isCall
  }
}
