import WippyCore
import WippyTestKit

@testable import WippyProcess

/// A program that notes what it receives, as text, and otherwise does what it is told.
struct Talker: Sendable {
  let program: ScriptedProgram
  let heard = Recorder<String>()
  let context = Recorder<any ProcessContext>()

  /// - Parameter reply: What it does when it has an event: `nil` goes on.
  init(reply: @escaping @Sendable (ProcessEvent, any ProcessContext) -> StepOutcome? = { _, _ in nil }) {
    let (heard, context) = (heard, context)
    program = ScriptedProgram(hasMailbox: true) { own, number in
      if number == 0 {
        context.record(own)
        return .started
      }
      while let event = own.receive() {
        heard.record(Talker.text(event))
        if let outcome = reply(event, own) { return outcome }
      }
      return .wait
    }
  }

  static func text(_ event: ProcessEvent) -> String {
    let from = event.from.map { "\($0.serial)" } ?? "-"
    return switch event.kind {
    case .message(let topic, let payload): "\(from) \(topic) \(payload.count)"
    case .exit(let reason): "EXIT \(from) \(reason.kind)"
    case .linkDown(let reason): "DOWN \(from) \(reason.kind)"
    case .cancel(let reason): "CANCEL \(from) \(reason ?? "-")"
    }
  }
}
