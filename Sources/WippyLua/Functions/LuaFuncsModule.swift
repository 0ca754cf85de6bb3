import WippyCore

/// The module `funcs`.
enum LuaFuncsModule {
  static let module = LuaModule(
    "funcs",
    [
      .function("call") { call throws(LuaFailure) in try start(&call, LuaExecutor(), first: 1) },
      .function("async") { call throws(LuaFailure) in try startAsync(&call, LuaExecutor(), first: 1) },
      .function("new") { call throws(LuaFailure) in
        call.output.push(executorClass, reference: LuaExecutor.Box(LuaExecutor()))
        return .values
      },
    ])

  private static let executorClass = LuaClass(
    "executor", hasReference: true,
    [
      .function("call") { call throws(LuaFailure) in try start(&call, executor(call), first: 2) },
      .function("async") { call throws(LuaFailure) in try startAsync(&call, executor(call), first: 2) },
      changing("with_context") { executor, call throws(LuaFailure) in
        guard case .table(let fields) = try call.fields(2) else { return }
        for field in fields { executor.context[field.key] = field.value }
      },
      changing("with_options") { executor, call throws(LuaFailure) in
        guard case .table(let fields) = try call.fields(2) else { return }
        for field in fields { try executor.set(field) }
      },
      changing("with_timeout") { executor, call throws(LuaFailure) in
        executor.timeout = try positive(call.duration(2))
      },
    ])

  private static func executor(_ call: LuaCall) throws(LuaFailure) -> LuaExecutor {
    try call.reference(1, executorClass, as: LuaExecutor.Box.self).executor
  }

  private static func changing(
    _ name: String, _ change: @escaping @Sendable (inout LuaExecutor, LuaCall) throws(LuaFailure) -> Void
  ) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      var changed = try executor(call)
      try change(&changed, call)
      call.output.push(executorClass, reference: LuaExecutor.Box(changed))
      return .values
    }
  }

  static func positive(_ duration: Int64) throws(LuaFailure) -> Int64 {
    guard duration > 0 else { throw .error(.invalid, "the duration has to be longer than 0") }
    return duration
  }

  private static func request(
    _ call: LuaCall, _ executor: LuaExecutor, first: Int
  ) throws(LuaFailure) -> CallRequest {
    CallRequest(
      entry: try call.entryID(first), arguments: try call.values(from: first + 1), caller: call.context.pid,
      inheritance: call.vm.inherited.merging(executor.context))
  }

  private static func start(
    _ call: inout LuaCall, _ executor: LuaExecutor, first: Int
  ) throws(LuaFailure) -> LuaReturn {
    let request = try request(call, executor, first: first)
    let running = LuaRunningCall(system: call.context.system, reactor: call.context.reactor)
    let ticket = try call.suspend(waitingFor: "funcs.call") { running.abandon() }
    running.start(request, timeout: executor.timeout) { result in
      switch result {
      case .success(let value): ticket.complete { $0.push(orNil: value) }
      case .failure(let error): ticket.fail(error)
      }
    }
    return .suspended
  }

  private static func startAsync(
    _ call: inout LuaCall, _ executor: LuaExecutor, first: Int
  ) throws(LuaFailure) -> LuaReturn {
    let request = try request(call, executor, first: first)
    let future = LuaFuture(LuaRunningCall(system: call.context.system, reactor: call.context.reactor))
    let feed = call.makeFeed()
    call.vm.runningCalls[feed.id] = future.call
    call.output.push(LuaFuture.kind, reference: future, fields: 1)
    call.output.pushChannel(capacity: 1, feed: feed)
    future.start(request, timeout: executor.timeout, feed: feed)
    return .values
  }
}

/// What an executor's methods have collected; immutable, each method makes another one.
struct LuaExecutor: Sendable {
  var context = ProcessInheritance()
  /// Nanoseconds.
  var timeout: Int64?

  final class Box: Sendable {
    let executor: LuaExecutor
    init(_ executor: LuaExecutor) { self.executor = executor }
  }

  mutating func set(_ option: Value.Field) throws(LuaFailure) {
    switch (option.key, option.value) {
    case ("timeout", .integer(let milliseconds)) where milliseconds > 0:
      timeout = milliseconds.multipliedReportingOverflow(by: 1_000_000).overflow ? .max : milliseconds * 1_000_000
    case ("timeout", .string(let text)):
      guard let duration = LuaDurationText.parse(text), duration > 0 else {
        throw .error(.invalid, "option `timeout`: \"\(text.prefix(40))\" is no duration above 0")
      }
      timeout = duration
    case ("timeout", _):
      throw .error(.invalid, "option `timeout` has to be milliseconds or a duration such as \"5s\"")
    default: throw .error(.invalid, "there is no call option `\(option.key)`: there is timeout")
    }
  }
}
