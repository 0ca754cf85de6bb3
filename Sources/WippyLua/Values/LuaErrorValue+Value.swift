import WippyCore

extension LuaErrorValue {
  /// As it crosses between processes: a table with the error's fields.
  package var value: Value {
    var fields = [Value.Field("kind", .string(kind)), Value.Field("message", .string(message))]
    if let retryable { fields.append(Value.Field("retryable", .bool(retryable))) }
    if let details { fields.append(Value.Field("details", details)) }
    if let stack { fields.append(Value.Field("stack", .string(stack))) }
    return .table(fields)
  }

  /// The error that `value` says; `nil` when it does not look like one.
  package init?(_ value: Value?) {
    guard case .table = value, case .string(let kind) = value?["kind"], case .string(let message) = value?["message"]
    else { return nil }
    self.init(kind: kind, message: message)
    if case .bool(let retryable) = value?["retryable"] { self.retryable = retryable }
    details = value?["details"]
    if case .string(let stack) = value?["stack"] { self.stack = stack }
  }

  /// What a program hears of a process that ended with `reason`; `nil` when that was normal. Its details are the whole reason.
  package init?(_ reason: ExitReason) {
    switch reason {
    case .normal: return nil
    case .error(let value):
      if let own = LuaErrorValue(value) {
        self = own
      } else {
        self.init(.unknown, LuaErrorValue.text(of: value))
      }
    case .deadline: self.init(.timeout, reason.description)
    case .cancelled: self.init(.canceled, reason.description)
    case .noproc: self.init(.notFound, "there is no such process")
    case .noconnection: self.init(.unavailable, "the connection to the process's node was lost")
    case .capability: self.init(.permissionDenied, reason.description)
    default: self.init(.internal, reason.description)
    }
    details = reason.details
  }

  private static func text(of value: Value?) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .table(let fields) where fields.count == 1: fields[0].key
    default: "the method returned an error"
    }
  }
}

extension ExitReason {
  /// The whole reason as a table: kind, code, trap, backtrace, limit, value.
  package var details: Value {
    var fields = [Value.Field("kind", .string(kind.rawValue))]
    func add(_ key: String, _ value: Value?) {
      if let value { fields.append(Value.Field(key, value)) }
    }
    func add(_ limit: LimitExceeded) {
      add("limit", .string(limit.limit))
      add("allowed", Value(unsigned: limit.allowed))
      add("used", limit.used.map { Value(unsigned: $0) })
    }
    func add(_ trap: Trap) {
      add("trap", .string(trap.message))
      add("backtrace", .array(trap.backtrace.map { .string($0.description) }))
      if !trap.lastErrorOutput.isEmpty { add("stderr", .string(trap.lastErrorOutput)) }
    }
    switch self {
    case .normal(let value), .error(let value): add("value", value)
    case .exitCode(let code): add("code", .integer(Int64(code)))
    case .trap(let trap): add(trap)
    case .deadline(let limit), .cpu(let limit), .resource(let limit): add(limit)
    case .memory(let limit, let trap):
      add(limit)
      if let trap { add(trap) }
    case .capability(let denied):
      add("interface", .string(denied.interface))
      add("function", .string(denied.function))
      add("message", .string(denied.description))
    case .cancelled(let reason): add("reason", reason.map { .string($0) })
    case .linked(let from, let reason):
      add("from", .string(from.description))
      add("reason", reason.details)
    case .start(let message): add("message", .string(message))
    case .killed, .noproc, .noconnection: break
    }
    return .table(fields)
  }
}
