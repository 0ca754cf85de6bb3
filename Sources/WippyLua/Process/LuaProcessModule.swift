import CLua
import WippyCore

/// The module `process`.
enum LuaProcessModule {
  static let module = LuaModule(
    "process",
    identity + LuaProcessSpawning.members + messages + relations + [
      .module(LuaModule("registry", LuaNameRegistry.members)),
      .module(
        LuaModule(
          "event",
          [
            .text("EXIT", "EXIT"), .text("LINK_DOWN", "LINK_DOWN"), .text("CANCEL", "CANCEL"),
            .text("MESSAGE", "MESSAGE"),
          ])),
    ])

  private static let identity: [LuaMember] = [
    .function("pid") { call throws(LuaFailure) in
      call.push(call.context.pid.description)
      return .values
    },
    .function("id") { call throws(LuaFailure) in
      call.push("\(call.context.entry)#\(call.vm.runID)")
      return .values
    },
    .function("set_options", setOptions),
    .function("get_options") { call throws(LuaFailure) in
      call.output.beginTable(2)
      call.output.push("trap_links")
      call.output.push(call.context.system.trapsLinks(call.context.pid))
      call.output.push("upgradable")
      call.output.push(call.vm.isUpgradable)
      return .values
    },
    .function("list") { call throws(LuaFailure) in
      let processes = call.context.system.list()
      call.output.beginArray(processes.count)
      for process in processes { call.output.push(process.value) }
      return .values
    },
    .function("info") { call throws(LuaFailure) in
      let pid = call.isNil(1) ? call.context.pid : try call.destination(1)
      guard let process = call.context.system.info(pid) else {
        throw .error(.notFound, "there is no process \(pid)")
      }
      return call.returning(process.value)
    },
  ]

  private static func setOptions(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    guard case .table(let options) = try call.fields(1) else { throw call.expected("table", 1) }
    for option in options {
      guard case .bool(let value) = option.value else {
        throw .error(.invalid, "option `\(option.key)` has to be true or false")
      }
      switch option.key {
      case "trap_links": call.context.system.setTrapsLinks(call.context.pid, value)
      case "upgradable": call.vm.isUpgradable = value
      default: throw .error(.invalid, "there is no option `\(option.key)`: there are trap_links and upgradable")
      }
    }
    call.push(true)
    return .values
  }

  // MARK: Messages

  private static let messages: [LuaMember] = [
    .function("send", send),
    .function("receive") { call throws(LuaFailure) in
      let timeout = try call.optionalDuration(1)
      let timer = timeout.map { call.vm.makeReceiveTimer(nanoseconds: max(0, $0)) } ?? 0
      return .receive(LuaReceive(route: LuaMailbox.receiveRoute, timer: timer))
    },
    .function("inbox") { call throws(LuaFailure) in
      call.vm.mailbox.openInbox()
      call.output.pushRoute(LuaMailbox.inboxRoute)
      return .values
    },
    .function("events") { call throws(LuaFailure) in
      call.vm.mailbox.openEvents()
      call.output.pushRoute(LuaMailbox.eventsRoute)
      return .values
    },
    .function("listen") { call throws(LuaFailure) in
      let topic = try call.topic(1)
      var asMessages = false
      if case .bool(let value) = try call.fields(2)["message"] { asMessages = value }
      call.output.pushRoute(call.vm.mailbox.listen(topic, asMessages: asMessages))
      return .values
    },
    .function("unlisten") { call throws(LuaFailure) in
      let route = Int32(clamping: try call.object(1, LuaClass.channel).words.0 - 1)
      guard call.vm.mailbox.unlisten(route) else {
        throw .error(.notFound, "this channel is not one of process.listen, or it has been given back")
      }
      call.vm.closeRoute(route)
      call.push(true)
      return .values
    },
  ]

  private static func send(_ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let pid = try call.destination(1)
    let topic = try call.topic(2)
    let payload = try call.values(from: 3)
    do throws(SendFailure) {
      try call.vm.system.send(from: call.context.pid, to: pid, topic: topic, payload: payload)
    } catch {
      throw .error(error.kind, error.description, retryable: error.retryable)
    }
    call.push(true)
    return .values
  }

  // MARK: Relations

  private static let relations: [LuaMember] = [
    .function("monitor") { call throws(LuaFailure) in
      let pid = try call.destination(1)
      call.context.system.monitor(pid, by: call.context.pid)
      call.push(true)
      return .values
    },
    .function("unmonitor") { call throws(LuaFailure) in
      let pid = try call.destination(1)
      call.push(call.context.system.unmonitor(pid, by: call.context.pid))
      return .values
    },
    .function("link") { call throws(LuaFailure) in
      let pid = try call.destination(1)
      call.context.system.link(call.context.pid, pid)
      call.push(true)
      return .values
    },
    .function("unlink") { call throws(LuaFailure) in
      let pid = try call.destination(1)
      call.push(call.context.system.unlink(call.context.pid, pid))
      return .values
    },
    .function("cancel") { call throws(LuaFailure) in
      let pid = try call.destination(1)
      let reason = try call.optionalString(2)
      guard call.context.system.cancel(pid, reason: reason, from: call.context.pid) else {
        throw .error(.notFound, "there is no process \(pid)")
      }
      call.push(true)
      return .values
    },
    .function("terminate") { call throws(LuaFailure) in
      let pid = try call.destination(1)
      guard call.context.system.terminate(pid) else { throw .error(.notFound, "there is no process \(pid)") }
      call.push(true)
      return .values
    },
  ]
}

extension LuaVM {
  /// Closes a channel of the mailbox that nothing comes into any more.
  func closeRoute(_ route: Int32) { clua_close_route(handle, route) }
}

extension LuaCall {
  /// A PID or a registered name.
  func destination(_ index: Int) throws(LuaFailure) -> ProcessID {
    if let pid = withBytes(index, { vm.names.knownPID($0) }) { return pid }
    let text = try string(index)
    if text.utf8.first == UInt8(ascii: "{") {
      guard let pid = vm.names.pid(of: text) else {
        throw .error(.invalid, "\"\(text.prefix(80))\" is no PID: a PID is {host|0x00001}")
      }
      return pid
    }
    guard !text.isEmpty else { throw .error(.invalid, "the destination is empty: give a PID or a registered name") }
    guard let pid = context.system.lookup(text) else {
      throw .error(.notFound, "no process has the name \"\(text.prefix(80))\"")
    }
    return pid
  }

  /// A topic that programs may use.
  func topic(_ index: Int) throws(LuaFailure) -> String {
    let topic = try string(index)
    guard !topic.isEmpty else { throw .error(.invalid, "the topic is empty") }
    guard topic.utf8.first != UInt8(ascii: "@") else {
      throw .error(.invalid, "topic \"\(topic.prefix(80))\" is reserved: topics of programs do not begin with @")
    }
    return topic
  }
}

extension ProcessSnapshot {
  /// As programs see it.
  var value: Value {
    var fields = [
      Value.Field("pid", .string(pid.description)), Value.Field("entry", .string(entry.description)),
      Value.Field("host", .string(host)), Value.Field("state", .string(state.rawValue)),
      Value.Field("memory", Value(unsigned: memory)), Value.Field("cpu_time", Value(unsigned: cpuTime)),
      Value.Field("age", Value(unsigned: age)), Value.Field("restarts", .integer(Int64(restarts))),
      Value.Field("names", .array(names.map { .string($0) })),
    ]
    if let waitsFor { fields.append(Value.Field("waits_for", .string(waitsFor))) }
    if let parent { fields.append(Value.Field("parent", .string(parent.description))) }
    if let mailboxLength {
      fields.append(Value.Field("mailbox", .integer(Int64(mailboxLength))))
      fields.append(Value.Field("mailbox_bytes", Value(unsigned: mailboxBytes)))
    }
    return .table(fields)
  }
}
