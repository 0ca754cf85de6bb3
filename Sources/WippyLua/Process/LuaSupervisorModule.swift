import WippyCore

/// The module `supervisor`: what programs ask supervisors.
enum LuaSupervisorModule {
  static let module = LuaModule(
    "supervisor",
    [
      .function("start_child") { call throws(LuaFailure) in
        let arguments = try call.values(from: 2)
        return try ask(&call, .startChild(arguments))
      },
      .function("terminate_child") { call throws(LuaFailure) in try ask(&call, .terminateChild(call.string(2))) },
      .function("restart_child") { call throws(LuaFailure) in try ask(&call, .restartChild(call.string(2))) },
      .function("delete_child") { call throws(LuaFailure) in try ask(&call, .deleteChild(call.string(2))) },
      .function("which_children") { call throws(LuaFailure) in try ask(&call, .whichChildren) },
      .function("count_children") { call throws(LuaFailure) in try ask(&call, .countChildren) },
    ])

  private static func ask(
    _ call: inout LuaCall, _ operation: SupervisorRequest.Operation
  ) throws(LuaFailure) -> LuaReturn {
    let text = try call.string(1)
    let target: SupervisorRequest.Target
    if text.utf8.first == UInt8(ascii: "{") {
      target = .pid(try call.destination(1))
    } else {
      target = .entry(try call.entryID(1))
    }
    let request = SupervisorRequest(operation, of: target, from: call.context.pid)
    let ticket = try call.suspend(waitingFor: "a supervisor")
    call.context.system.supervisor(request) { result in
      switch result {
      case .success(let value): ticket.succeed(value == .null ? .bool(true) : value)
      case .failure(let failure): ticket.fail(LuaErrorValue(failure))
      }
    }
    return .suspended
  }
}
