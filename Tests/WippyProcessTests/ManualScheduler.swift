import WippyCore
import WippyTestKit

@testable import WippyProcess

/// A scheduler without threads, under a virtual clock.
struct ManualScheduler {
  let reactor = VirtualReactor()
  let scheduler: Scheduler
  let host: Host
  let entry = EntryID(namespace: "test", name: "program")
  /// What observers heard, in order: `started`, `failed REASON`, `exit REASON`.
  let heard = Recorder<String>()

  init(workers: Int = 1, maxProcesses: Int = 0, queueSize: Int = 0, localQueueSize: Int = 256) throws {
    scheduler = try Scheduler(
      configuration: SchedulerConfiguration(workers: workers, localQueueSize: localQueueSize),
      reactor: reactor)
    host = scheduler.makeHost(
      id: EntryID(namespace: "test", name: "host"), maxProcesses: maxProcesses, queueSize: queueSize)
  }

  @discardableResult
  func spawn(
    _ program: any ProcessProgram, limits: ProcessLimits = .init(), as name: String = ""
  ) throws(ProcessError) -> ProcessID {
    let prefix = name.isEmpty ? "" : "\(name) "
    return try scheduler.spawn(
      program, entry: entry, host: host, limits: limits,
      onStarted: { [heard] result in
        switch result {
        case .started: heard.record("\(prefix)started")
        case .failed(let reason): heard.record("\(prefix)failed \(reason.kind)")
        }
      },
      onExit: { [heard] _, reason in heard.record("\(prefix)exit \(reason.kind)") })
  }

  /// Runs steps until nothing is queued; returns how many. Never more than `limit`, for programs that never end.
  @discardableResult
  func runAll(limit: Int = 10_000) -> Int {
    var count = 0
    while count < limit, scheduler.workers.indices.contains(where: { scheduler.runOne(worker: $0) }) {
      count += 1
    }
    return count
  }
}

/// Starts in its first step, then does what `body` says.
func program(
  hasMailbox: Bool = false, onClose: (@Sendable () -> Void)? = nil, onCancel: (@Sendable (String?) -> Void)? = nil,
  _ body: @escaping @Sendable (any ProcessContext, Int) -> StepOutcome
) -> ScriptedProgram {
  ScriptedProgram(hasMailbox: hasMailbox, onClose: onClose, onCancel: onCancel) { context, number in
    number == 0 ? .started : body(context, number)
  }
}
