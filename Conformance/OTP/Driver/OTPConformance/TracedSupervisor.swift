import Synchronization
import WippyCore
import WippyProcess

/// A supervisor whose start and end are in the trace.
final class TracedSupervisor: ProcessProgram {
  private let program: SupervisorProgram
  private let label: String
  private let trace: Trace
  private let scheduler: Scheduler
  private let isKnown = Mutex(false)

  init(_ program: SupervisorProgram, label: String, trace: Trace, scheduler: Scheduler) {
    self.program = program
    self.label = label
    self.trace = trace
    self.scheduler = scheduler
  }

  var hasMailbox: Bool { program.hasMailbox }
  var memoryInUse: UInt64 { program.memoryInUse }
  var waitsFor: String? { program.waitsFor }
  func interrupt() { program.interrupt() }
  func close() { program.close() }

  func step(_ context: any ProcessContext) -> StepOutcome {
    let isFirst = isKnown.withLock { known in
      defer { known = true }
      return !known
    }
    if isFirst {
      trace.bind(label, context.pid)
      trace.add(label, "start \(label)")
      scheduler.monitor(context.pid) { [trace, label] _, reason in
        trace.add(label, reason == .noproc ? "fail \(label)" : "exit \(label) \(reason.word)")
      }
    }
    return program.step(context)
  }
}
