import WippyCore

/// Where a process comes from, for those that were asked for by a request.
final class Origin: Sendable {
  let parent: ProcessID?
  let inheritance: ProcessInheritance
  let restarts: Int
  let deadline: MonotonicTime?

  init(_ request: SpawnRequest) {
    parent = request.parent
    inheritance = request.inheritance
    restarts = request.restarts
    deadline = request.deadline
  }
}
