import Synchronization
import WippyCore

/// A program whose longest step is remembered: one that cannot be interrupted holds its worker.
final class TimedProgram: ProcessProgram {
  private let program: any ProcessProgram
  private let seed: UInt64
  private let slowest: SlowestStep

  init(_ program: any ProcessProgram, seed: UInt64, slowest: SlowestStep) {
    self.program = program
    self.seed = seed
    self.slowest = slowest
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    let start = context.reactor.now()
    let outcome = program.step(context)
    slowest.note(context.reactor.now().nanoseconds(since: start), seed: seed)
    guard case .become(let successor, let entry) = outcome else { return outcome }
    return .become(TimedProgram(successor, seed: seed, slowest: slowest), entry: entry)
  }

  func close() { program.close() }
  func interrupt() { program.interrupt() }
  var memoryInUse: UInt64 { program.memoryInUse }
  var waitsFor: String? { program.waitsFor }
  var hasMailbox: Bool { program.hasMailbox }
  var handlesCancel: Bool { program.handlesCancel }
  func receiveCancel(reason: String?) { program.receiveCancel(reason: reason) }
}

/// The longest step of all, and whose it was.
final class SlowestStep: Sendable {
  private let state = Mutex<(nanoseconds: UInt64, seed: UInt64)>((0, 0))

  func note(_ nanoseconds: UInt64, seed: UInt64) {
    state.withLock { if nanoseconds > $0.nanoseconds { $0 = (nanoseconds, seed) } }
  }

  var value: (nanoseconds: UInt64, seed: UInt64) { state.withLock { $0 } }
}
