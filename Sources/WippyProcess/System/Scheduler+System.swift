import WippyCore

// The seam's first state: what is not there yet says so.
extension Scheduler: ProcessSystem {
  package func send(from: ProcessID?, to: ProcessID, topic: String, payload: [Value]) throws(SendFailure) {
    throw table[to] == nil ? .noProcess(to) : .noMailbox(to)
  }
  package func monitor(_ target: ProcessID, by watcher: ProcessID) {}
  package func unmonitor(_ target: ProcessID, by watcher: ProcessID) -> Bool { false }
  package func link(_ process: ProcessID, _ peer: ProcessID) {}
  package func unlink(_ process: ProcessID, _ peer: ProcessID) -> Bool { false }
  package func setTrapsLinks(_ process: ProcessID, _ traps: Bool) {}
  package func trapsLinks(_ process: ProcessID) -> Bool { false }
  package func cancel(_ pid: ProcessID, reason: String?, from: ProcessID?, graceMilliseconds: UInt64?) -> Bool {
    cancel(pid, reason: reason, graceMilliseconds: graceMilliseconds)
  }
  package func register(_ name: String, _ pid: ProcessID) throws(NameFailure) { throw .noProcess(pid) }
  package func lookup(_ name: String) -> ProcessID? { nil }
  package func unregister(_ name: String) -> Bool { false }
  package func spawn(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<ProcessID, SpawnFailure>) -> Void
  ) {
    completion(.failure(RequestFailure("processes cannot spawn yet", kind: .unavailable)))
  }
  package func call(
    _ request: CallRequest, _ completion: @escaping @Sendable (Result<ExitReason, RequestFailure>) -> Void
  ) -> CallToken {
    completion(.failure(RequestFailure("processes cannot call yet", kind: .unavailable)))
    return CallToken(id: 0)
  }
  package func cancelCall(_ token: CallToken, reason: String?) -> Bool { false }
  package func supervisor(
    _ request: SupervisorRequest, _ completion: @escaping @Sendable (Result<Value, RequestFailure>) -> Void
  ) {
    completion(.failure(RequestFailure("there are no supervisors yet", kind: .unavailable)))
  }
}
