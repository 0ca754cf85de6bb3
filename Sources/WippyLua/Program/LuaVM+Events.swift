import CLua
import WippyCore

extension LuaVM {
  /// Takes the next event of the mailbox and pushes it as its channel has it; the channel's number, or why there is none.
  func nextEvent(forReceive: Bool) -> Int32 {
    let routed = clua_routed_count(handle)
    var claim = LuaMailbox.Claim()
    let event = mailbox.next(forReceive: forReceive, routed: routed, &claim) { context.receive() }
    guard let event else { return Int32(mailbox.isFull(routed: routed) ? CLUA_MAILBOX_BUSY : CLUA_MAILBOX_EMPTY) }
    var values = LuaOutput(output)
    let from = event.from
    switch event.kind {
    case .message(let topic, let payload):
      if claim.route == LuaMailbox.receiveRoute {
        values.beginMessageEvent()
        push(from: from, topic: topic, payload, at: event.at, &values)
      } else if claim.asMessage {
        values.push(LuaClass.message, fields: 3)
        push(from: from, topic: topic, payload, at: event.at, &values)
      } else {
        switch payload.count {
        case 0: values.pushNull()
        case 1: if case .null = payload[0] { values.pushNull() } else { values.push(payload[0]) }
        default: values.push(.array(payload))
        }
      }
    default: push(event, from: from, &values)
    }
    return claim.route
  }

  private func push(
    from: ProcessID?, topic: String, _ payload: [Value], at time: WallTime, _ values: inout LuaOutput
  ) {
    if let from { names.push(from, to: &values) } else { values.pushNil() }
    values.push(topic)
    values.push(payload: payload, at: time)
  }

  /// An event that is no message, as a table.
  private func push(_ event: ProcessEvent, from: ProcessID?, _ values: inout LuaOutput) {
    let common = from == nil ? 3 : 4
    func begin(_ count: Int, _ type: StaticString, _ values: inout LuaOutput) {
      values.beginEvent(common + count)
      values.push("type" as StaticString)
      values.push(type)
      values.push("kind" as StaticString)
      values.push(type)
      if let from {
        values.push("from" as StaticString)
        names.push(from, to: &values)
      }
      values.push("at" as StaticString)
      values.push(time: event.at)
    }
    switch event.kind {
    case .message: return
    case .exit(let reason):
      pushEnd(reason, &values) { count, values in begin(count, "EXIT", &values) }
    case .linkDown(let reason):
      pushEnd(reason, &values) { count, values in begin(count, "LINK_DOWN", &values) }
    case .cancel(let reason):
      begin(reason == nil ? 0 : 1, "CANCEL", &values)
      if let reason {
        values.push("reason" as StaticString)
        values.push(reason)
      }
    }
  }

  private func pushEnd(
    _ reason: ExitReason, _ values: inout LuaOutput, begin: (Int, inout LuaOutput) -> Void
  ) {
    var value: Value?
    if case .normal(let own) = reason, let own, own != .null { value = own }
    let error = LuaErrorValue(reason)
    let count = (value == nil ? 0 : 1) + (error == nil ? 0 : 1)
    func pushOutcome(_ values: inout LuaOutput) {
      if let value {
        values.push("value" as StaticString)
        values.push(value)
      }
      if let error {
        values.push("error" as StaticString)
        values.push(error)
      }
    }
    begin(count + 2, &values)
    values.push("reason" as StaticString)
    values.push(reason.kind.rawValue)
    pushOutcome(&values)
    values.push("result" as StaticString)
    values.beginTable(count)
    pushOutcome(&values)
  }
}

extension LuaOutput {
  /// What a payload's `data()` returns.
  ///
  /// - Parameter time: When it was sent; the epoch is not known.
  package mutating func push(payload: [Value], at time: WallTime? = nil) {
    let count = min(payload.count, 250)
    let seconds = time.map { Int64(clamping: $0.seconds) } ?? 0
    push(LuaClass.payload, words: (Int64(count), seconds, Int64(time?.nanoseconds ?? 0)), fields: count)
    for value in payload.prefix(count) { push(value) }
  }
}
