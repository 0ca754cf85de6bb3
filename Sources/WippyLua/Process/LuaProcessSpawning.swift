import WippyCore

/// `process.spawn`, `exec`, `upgrade` and the spawner.
enum LuaProcessSpawning {
  static let members: [LuaMember] =
    Variant.all.map { variant in
      .function(variant.name) { call throws(LuaFailure) in
        try spawn(&call, Spawner(), variant, first: 1)
      }
    } + [
      .function("exec") { call throws(LuaFailure) in try exec(&call, Spawner(), first: 1) },
      .function("with_context") { call throws(LuaFailure) in
        var spawner = Spawner()
        try spawner.add(context: call.fields(1))
        call.output.push(spawnerClass, reference: spawner.boxed)
        return .values
      },
      .function("with_options") { call throws(LuaFailure) in
        var spawner = Spawner()
        try spawner.add(options: call.fields(1))
        call.output.push(spawnerClass, reference: spawner.boxed)
        return .values
      },
      .function("upgrade", upgrade),
    ]

  private struct Variant {
    var name: String
    var isMonitored = false
    var isLinked = false

    static let all = [
      Variant(name: "spawn"), Variant(name: "spawn_monitored", isMonitored: true),
      Variant(name: "spawn_linked", isLinked: true),
      Variant(name: "spawn_linked_monitored", isMonitored: true, isLinked: true),
    ]
  }

  // MARK: The spawner

  /// What the spawner's methods have collected; immutable, each method makes another one.
  private struct Spawner: Sendable {
    var context = ProcessInheritance()
    var name: String?
    var messages: [SpawnRequest.Message] = []

    var boxed: Box { Box(self) }

    mutating func add(context values: Value) throws(LuaFailure) {
      guard case .table(let fields) = values else { return }
      for field in fields { context[field.key] = field.value }
    }

    mutating func add(options: Value) throws(LuaFailure) {
      guard case .table(let fields) = options, let first = fields.first else { return }
      throw .error(.invalid, "there is no spawn option `\(first.key)`")
    }

    final class Box: Sendable {
      let spawner: Spawner
      init(_ spawner: Spawner) { self.spawner = spawner }
    }
  }

  private static let spawnerClass = LuaClass(
    "spawner", hasReference: true,
    Variant.all.map { variant in
      .function(variant.name) { call throws(LuaFailure) in
        try spawn(&call, spawner(call), variant, first: 2)
      }
    } + [
      .function("exec") { call throws(LuaFailure) in try exec(&call, spawner(call), first: 2) },
      changing("with_context") { spawner, call throws(LuaFailure) in try spawner.add(context: call.fields(2)) },
      changing("with_options") { spawner, call throws(LuaFailure) in try spawner.add(options: call.fields(2)) },
      changing("with_name") { spawner, call throws(LuaFailure) in spawner.name = try call.string(2) },
      changing("with_message") { spawner, call throws(LuaFailure) in
        spawner.messages.append(
          SpawnRequest.Message(topic: try call.topic(2), payload: try call.values(from: 3)))
      },
    ])

  private static func spawner(_ call: LuaCall) throws(LuaFailure) -> Spawner {
    try call.reference(1, spawnerClass, as: Spawner.Box.self).spawner
  }

  private static func changing(
    _ name: String, _ change: @escaping @Sendable (inout Spawner, LuaCall) throws(LuaFailure) -> Void
  ) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      var changed = try spawner(call)
      try change(&changed, call)
      call.output.push(spawnerClass, reference: changed.boxed)
      return .values
    }
  }

  // MARK: Starting

  private static func request(
    _ call: LuaCall, _ spawner: Spawner, first: Int
  ) throws(LuaFailure) -> SpawnRequest {
    let entry = try call.entryID(first)
    let host = call.isNil(first + 1) ? nil : try call.entryID(first + 1)
    var request = SpawnRequest(
      entry: entry, host: host, arguments: try call.values(from: first + 2), parent: call.context.pid,
      inheritance: call.vm.inherited.merging(spawner.context))
    request.name = spawner.name
    request.messages = spawner.messages
    return request
  }

  private static func spawn(
    _ call: inout LuaCall, _ spawner: Spawner, _ variant: Variant, first: Int
  ) throws(LuaFailure) -> LuaReturn {
    var request = try request(call, spawner, first: first)
    request.isMonitored = variant.isMonitored
    request.isLinked = variant.isLinked
    let ticket = try call.suspend(waitingFor: "process.spawn")
    call.context.system.spawn(request) { result in
      switch result {
      case .success(let pid): ticket.complete { $0.push(pid.description) }
      case .failure(let failure): ticket.fail(LuaErrorValue(failure))
      }
    }
    return .suspended
  }

  /// Spawns, waits for the end, and returns the result.
  private static func exec(
    _ call: inout LuaCall, _ spawner: Spawner, first: Int
  ) throws(LuaFailure) -> LuaReturn {
    let request = try request(call, spawner, first: first)
    let token = LuaCallToken()
    let context = call.context
    let ticket = try call.suspend(waitingFor: "process.exec") { token.cancel(in: context.system) }
    var callRequest = CallRequest(
      entry: request.entry, arguments: request.arguments, caller: request.parent, host: request.host,
      inheritance: request.inheritance)
    callRequest.isProcess = true
    callRequest.name = request.name
    callRequest.messages = request.messages
    token.set(
      call.context.system.call(callRequest) { result in ticket.finish(result) }, in: call.context.system)
    return .suspended
  }

  /// Goes on as another entry, or as the same one with other arguments.
  private static func upgrade(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let arguments = try call.values(from: 2)
    let completions = call.vm.completions
    if call.isNil(1) {
      guard let program = call.vm.makeSuccessor?(arguments) else {
        throw .error(.unavailable, "this process cannot be upgraded")
      }
      _ = try call.suspend(waitingFor: "process.upgrade")
      completions.add(.become(program, nil))
      return .suspended
    }
    let entry = try call.entryID(1)
    let request = SpawnRequest(
      entry: entry, arguments: arguments, parent: call.context.pid, inheritance: call.vm.inherited)
    let ticket = try call.suspend(waitingFor: "process.upgrade")
    call.context.system.prepare(request) { result in
      switch result {
      case .success(let prepared):
        if !completions.add(.become(prepared.program, prepared.entry)) { prepared.program.close() }
      case .failure(let failure): ticket.fail(LuaErrorValue(failure))
      }
    }
    return .suspended
  }
}

extension LuaCall {
  /// The id of an entry, `namespace:name`.
  package func entryID(_ index: Int) throws(LuaFailure) -> EntryID {
    let text = try string(index)
    guard let id = EntryID(text) else {
      throw .error(.invalid, "\"\(text.prefix(80))\" is no entry: write namespace:name")
    }
    return id
  }
}
