import WippyCore

extension SupervisorAnswer {
  /// The answer as programs see it.
  package var value: Value {
    switch self {
    case .done: .bool(true)
    case .started(let pid): .string(pid.description)
    case .children(let children): .array(children.map(\.value))
    case .counts(let counts):
      .table([
        Value.Field("specs", .integer(Int64(counts.specifications))),
        Value.Field("active", .integer(Int64(counts.active))),
        Value.Field("supervisors", .integer(Int64(counts.supervisors))),
        Value.Field("workers", .integer(Int64(counts.workers))),
      ])
    }
  }
}

extension ChildStatus {
  /// `{id, pid, state, type}`; without `id` and `pid` where there is none.
  fileprivate var value: Value {
    var fields: [Value.Field] = []
    if let id { fields.append(Value.Field("id", .string(id))) }
    let name: String
    switch state {
    case .running(let pid):
      fields.append(Value.Field("pid", .string(pid.description)))
      name = "running"
    case .stopped: name = "stopped"
    case .restarting: name = "restarting"
    }
    fields.append(Value.Field("state", .string(name)))
    fields.append(Value.Field("type", .string(type.rawValue)))
    return .table(fields)
  }
}

extension SupervisorRefusal {
  /// The refusal as an error value. The message begins with OTP's word for it.
  package var failure: RequestFailure {
    switch self {
    case .alreadyStarted(let pid):
      RequestFailure("already_started: the child runs as \(pid)", kind: .alreadyExists)
    case .alreadyPresent:
      RequestFailure(
        "already_present: there is a child of this id that does not run: restart_child or delete_child it",
        kind: .alreadyExists)
    case .notFound, .unknownProcess:
      RequestFailure("not_found: the supervisor has no such child", kind: .notFound)
    case .running: RequestFailure("running: the child runs: terminate_child it first", kind: .conflict)
    case .restarting:
      RequestFailure("restarting: the child is being restarted: terminate_child it first", kind: .conflict)
    case .simpleOneForOne:
      RequestFailure(
        "simple_one_for_one: its children have no ids: start_child takes arguments, terminate_child a PID, and there is "
          + "neither restart_child nor delete_child", kind: .invalid)
    case .notSimpleOneForOne:
      RequestFailure(
        "start_child needs a child specification: only simple_one_for_one takes arguments", kind: .invalid)
    case .startFailed(let failure): failure
    case .ended: RequestFailure("the supervisor has ended", kind: .unavailable)
    }
  }
}
