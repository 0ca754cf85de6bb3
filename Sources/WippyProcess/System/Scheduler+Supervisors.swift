import Synchronization
import WippyCore

extension Scheduler {
  /// Takes requests for a supervisor, by its PID and by its entry, until `withdraw`.
  package func enroll(_ supervisor: any SupervisorEndpoint, pid: ProcessID, entry: EntryID?) {
    supervisors.withLock { supervisors in
      supervisors[.pid(pid)] = supervisor
      if let entry { supervisors[.entry(entry)] = supervisor }
    }
  }

  /// Whoever has taken the entry's place since then stays.
  package func withdraw(_ supervisor: any SupervisorEndpoint) {
    supervisors.withLock { supervisors in
      supervisors = supervisors.filter { $0.value !== supervisor }
    }
  }

  package func supervisor(
    _ request: SupervisorRequest, _ completion: @escaping @Sendable (Result<Value, RequestFailure>) -> Void
  ) {
    guard let supervisor = supervisors.withLock({ $0[request.target] }) else {
      completion(.failure(RequestFailure("no supervisor \(request.target) runs", kind: .notFound)))
      return
    }
    supervisor.submit(request, completion)
  }
}
