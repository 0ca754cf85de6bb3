import Synchronization
import WippyCore

/// A program whose steps are a closure, and which counts what the scheduler does to it.
///
/// `violations` lists what a scheduler must never do: a step beside another or after `close`, a second `close`, a call from
/// another thread after `close`.
package final class ScriptedProgram: ProcessProgram {
  package typealias Step = @Sendable (any ProcessContext, Int) -> StepOutcome

  private struct State: Sendable {
    var steps = 0
    var closes = 0
    var interrupts = 0
    var cancels: [String?] = []
    var isStepping = false
    var violations: [String] = []
  }

  private let state = Mutex(State())
  private let script: Step
  private let onClose: (@Sendable () -> Void)?
  private let onCancel: (@Sendable (String?) -> Void)?
  package let hasMailbox: Bool

  /// - Parameters:
  ///   - hasMailbox: Makes it a program that receives.
  ///   - onCancel: Makes it a program that handles a cancel itself.
  ///   - script: Called for each step, with the step's number from 0.
  package init(
    hasMailbox: Bool = false, onClose: (@Sendable () -> Void)? = nil, onCancel: (@Sendable (String?) -> Void)? = nil,
    _ script: @escaping Step
  ) {
    self.hasMailbox = hasMailbox
    self.onClose = onClose
    self.onCancel = onCancel
    self.script = script
  }

  package var steps: Int { state.withLock { $0.steps } }
  package var closes: Int { state.withLock { $0.closes } }
  package var interrupts: Int { state.withLock { $0.interrupts } }
  package var cancels: [String?] { state.withLock { $0.cancels } }
  package var violations: [String] { state.withLock { $0.violations } }

  package func step(_ context: any ProcessContext) -> StepOutcome {
    let number = state.withLock { state in
      if state.isStepping { state.violations.append("a step while another one runs") }
      if state.closes > 0 { state.violations.append("a step after close") }
      state.isStepping = true
      state.steps += 1
      return state.steps - 1
    }
    let outcome = script(context, number)
    state.withLock { $0.isStepping = false }
    return outcome
  }

  package func close() {
    state.withLock { state in
      if state.isStepping { state.violations.append("close while a step runs") }
      if state.closes > 0 { state.violations.append("a second close") }
      state.closes += 1
    }
    onClose?()
  }

  package func interrupt() {
    called("interrupt") { $0.interrupts += 1 }
  }

  package var memoryInUse: UInt64 {
    called("memoryInUse") { _ in }
    return 4096
  }

  package var waitsFor: String? {
    called("waitsFor") { _ in }
    return "the test"
  }

  package var handlesCancel: Bool { onCancel != nil }

  package func receiveCancel(reason: String?) {
    called("receiveCancel") { $0.cancels.append(reason) }
    onCancel?(reason)
  }

  private func called(_ name: String, _ body: (inout State) -> Void) {
    state.withLock { state in
      if state.closes > 0 { state.violations.append("\(name) after close") }
      body(&state)
    }
  }
}
