/// Why a process ended: one value for Swift, Lua, supervisors, logs and the command line.
public indirect enum ExitReason: Sendable, Hashable {
  /// The method returned, or the guest called `exit(0)`. The value is `nil` when there is none.
  case normal(Value?)
  /// The method returned a result `err`. The value is its payload.
  case error(Value?)
  /// The guest ended itself with an exit code other than 0.
  case exitCode(Int32)
  case trap(Trap)
  /// The wall time of `max_execution_ms` is over.
  case deadline(LimitExceeded)
  /// The time on a worker of `max_cpu_ms` is used up.
  case cpu(LimitExceeded)
  /// The guest trapped after its memory could not grow.
  case memory(LimitExceeded, Trap?)
  /// Too many open handles.
  case resource(LimitExceeded)
  /// The guest called what its entry does not grant.
  case capability(DeniedCapability)
  /// Asked to stop, and it did.
  case cancelled(reason: String?)
  /// Terminated, or did not stop within its grace time.
  case killed
  /// A linked process ended abnormally.
  case linked(from: ProcessID, ExitReason)
  /// It never started: the message says why, and what to do.
  case start(String)
  /// There was no such process.
  case noproc
  /// The connection to the process's node was lost.
  case noconnection

  /// The reason's name, as programs and logs see it.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case normal, error, trap, deadline, cpu, memory, resource, capability, cancelled, killed, linked, start
    case noproc, noconnection
  }

  public var kind: Kind {
    switch self {
    case .normal: .normal
    case .error, .exitCode: .error
    case .trap: .trap
    case .deadline: .deadline
    case .cpu: .cpu
    case .memory: .memory
    case .resource: .resource
    case .capability: .capability
    case .cancelled: .cancelled
    case .killed: .killed
    case .linked: .linked
    case .start: .start
    case .noproc: .noproc
    case .noconnection: .noconnection
    }
  }
}

extension ExitReason: CustomStringConvertible {
  /// What an error value says: text, or a table with a `message`.
  private static func message(of value: Value?) -> String? {
    switch value {
    case .string(let text)?: text
    case .table?: if case .string(let text)? = value?["message"] { text } else { nil }
    default: nil
    }
  }

  /// One line for logs and messages, without a backtrace.
  public var description: String {
    switch self {
    case .normal: "normal"
    case .error(let value): "error: \(ExitReason.message(of: value) ?? "the method returned an error")"
    case .exitCode(let code): "error: exit code \(code)"
    case .trap(let trap): "trap: \(trap.message)"
    case .deadline(let limit), .cpu(let limit), .resource(let limit): "\(kind.rawValue): \(limit)"
    case .memory(let limit, let trap): "memory: \(limit)\(trap.map { " (\($0.message))" } ?? "")"
    case .capability(let denied): "capability: \(denied)"
    case .cancelled(let reason): "cancelled\(reason.map { ": \($0)" } ?? "")"
    case .killed: "killed"
    case .linked(let from, let reason): "linked: \(from) ended: \(reason)"
    case .start(let message): "start: \(message)"
    case .noproc: "noproc"
    case .noconnection: "noconnection"
    }
  }
}
