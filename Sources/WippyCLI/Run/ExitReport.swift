import WippyComponent
import WippyCore

/// What the command line makes of the end of a process: the exit code, a line on stdout, a message on stderr.
struct ExitReport: Hashable {
  var code: Int32
  /// Without its final newline.
  var output: String?
  var problem: String?

  /// What the report speaks of.
  struct Subject {
    /// The type of the function that ran; gives the result its notation.
    var type: FunctionType?
    /// A Lua program: its values have no types, and an integer is its exit code.
    var isLua = false
    /// A message with its place: of a field of the entry, or of the whole.
    var message: (_ field: String?, _ text: String) -> String
  }

  private init(_ code: Int32, output: String? = nil, problem: String? = nil) {
    self.code = code
    self.output = output
    self.problem = problem
  }

  init(_ reason: ExitReason, of subject: Subject, asJSON: Bool = false) {
    switch reason {
    case .normal(let value): self = Self.success(value, subject, asJSON)
    case .error(let value): self = Self.failure(value, subject, asJSON)
    case .exitCode(let code):
      self = Self.exit(Int64(code))
    case .trap(let trap): self.init(ExitStatus.trap, problem: Self.text(of: trap, subject))
    case .deadline(let limit):
      self.init(
        ExitStatus.time,
        problem: subject.message(
          "limits.\(limit.limit)",
          "stopped after \(limit.allowed) ms: \(limit): raise `limits.\(limit.limit)`"))
    case .cpu(let limit):
      self.init(
        ExitStatus.time,
        problem: subject.message(
          "limits.\(limit.limit)",
          "stopped after \(limit.allowed) ms of computing: \(limit): raise `limits.\(limit.limit)`"))
    case .memory(let limit, let trap):
      let text = subject.message(
        "limits.\(limit.limit)", "out of memory: \(limit) (bytes): raise `limits.\(limit.limit)`")
      self.init(ExitStatus.killed, problem: text + (trap.map(Self.details) ?? ""))
    case .resource(let limit):
      self.init(
        ExitStatus.killed,
        problem: subject.message(
          "limits.\(limit.limit)", "too many open handles: \(limit): raise `limits.\(limit.limit)`"))
    case .capability(let denied):
      self.init(ExitStatus.capability, problem: subject.message("imports", "\(denied)"))
    case .killed: self.init(ExitStatus.killed, problem: subject.message(nil, "killed"))
    case .cancelled(let reason):
      self.init(
        ExitStatus.failure, problem: subject.message(nil, "cancelled\(reason.map { ": \($0)" } ?? "")"))
    case .linked(let from, let inner):
      self.init(
        ExitReport(inner, of: Subject(type: nil, message: subject.message)).code,
        problem: subject.message(nil, "ended with \(from), to which it is linked: \(inner)"))
    case .start(let text):
      self.init(ExitStatus.failure, problem: subject.message(nil, "did not start: \(text)"))
    case .noproc: self.init(ExitStatus.failure, problem: subject.message(nil, "there is no such process"))
    case .noconnection:
      self.init(ExitStatus.failure, problem: subject.message(nil, "the connection to its node was lost"))
    }
  }

  private static func success(_ value: Value?, _ subject: Subject, _ asJSON: Bool) -> ExitReport {
    if subject.isLua, case .integer(let code)? = value { return exit(Int64(code)) }
    do {
      if subject.isLua { return ExitReport(ExitStatus.success, output: try untypedText(value, asJSON)) }
      let text = try ResultText.text(for: value, type: subject.type?.successType, asJSON: asJSON)
      return ExitReport(ExitStatus.success, output: text)
    } catch {
      return ExitReport(
        ExitStatus.failure, problem: subject.message(nil, "the result cannot be printed: \(error)"))
    }
  }

  private static func failure(_ value: Value?, _ subject: Subject, _ asJSON: Bool) -> ExitReport {
    do {
      if subject.isLua {
        let text = asJSON ? try untypedText(value, true) : try luaError(value)
        return ExitReport(
          ExitStatus.failure, problem: text ?? subject.message(nil, "it returned an error without a value"))
      }
      let text = try ResultText.text(for: value, type: subject.type?.failureType, asJSON: asJSON)
      return ExitReport(
        ExitStatus.failure, problem: text ?? subject.message(nil, "it returned an error without a value"))
    } catch {
      return ExitReport(
        ExitStatus.failure, problem: subject.message(nil, "its error cannot be printed: \(error)"))
    }
  }

  /// The system keeps eight bits; what is left of a failure must not look like success.
  private static func exit(_ code: Int64) -> ExitReport {
    let kept = Int32(truncatingIfNeeded: code & 0xff)
    return ExitReport(kept == 0 && code != 0 ? ExitStatus.failure : kept)
  }

  /// A string is itself, everything else JSON.
  private static func untypedText(_ value: Value?, _ asJSON: Bool) throws(ValueError) -> String? {
    switch value {
    case nil, .null?: return nil
    case .string(let text)? where !asJSON: return text
    case let value?: return try JSONPrinter.text(for: value)
    }
  }

  /// What an error says, and where it was raised.
  private static func luaError(_ value: Value?) throws(ValueError) -> String? {
    guard case .table? = value, case .string(let message)? = value?["message"] else {
      return try untypedText(value, false)
    }
    guard case .string(let stack)? = value?["stack"], !stack.isEmpty else { return message }
    return "\(message)\n\(stack)"
  }

  private static func text(of trap: Trap, _ subject: Subject) -> String {
    subject.message(nil, "trapped: \(trap.message)") + details(trap)
  }

  /// The frames, and the guest's last words.
  private static func details(_ trap: Trap) -> String {
    var text = trap.backtrace.map { "\n  at \($0)" }.joined()
    if !trap.lastErrorOutput.isEmpty {
      text += "\nthe last that it wrote to stderr:"
      let lines = trap.lastErrorOutput.split(separator: "\n", omittingEmptySubsequences: false)
      for line in lines.last?.isEmpty == true ? lines.dropLast() : lines { text += "\n  | \(line)" }
    }
    return text
  }
}
