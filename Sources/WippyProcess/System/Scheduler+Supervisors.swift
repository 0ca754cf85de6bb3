import Synchronization
import WippyCore

extension Scheduler {
  /// Takes requests for a supervisor, by its PID and by its entry, until `withdraw`.
  package func enroll(_ supervisor: any SupervisorEndpoint, pid: ProcessID, entry: EntryID) {
    supervisors.withLock { supervisors in
      for target in [SupervisorRequest.Target.pid(pid), .entry(entry)] {
        supervisors[target, default: []].append(supervisor)
      }
    }
  }

  package func withdraw(_ supervisor: any SupervisorEndpoint, pid: ProcessID, entry: EntryID) {
    supervisors.withLock { supervisors in
      for target in [SupervisorRequest.Target.pid(pid), .entry(entry)] {
        supervisors[target]?.removeAll { $0 === supervisor }
        if supervisors[target]?.isEmpty == true { supervisors[target] = nil }
      }
    }
  }

  package func supervisor(
    _ request: SupervisorRequest, _ completion: @escaping @Sendable (Result<Value, RequestFailure>) -> Void
  ) {
    guard let supervisor = supervisors.withLock({ $0[request.target]?.last }) else {
      completion(.failure(RequestFailure("no supervisor \(request.target) runs", kind: .notFound)))
      return
    }
    supervisor.submit(request, completion)
  }
}
