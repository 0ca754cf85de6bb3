import WippyCore

/// The replies of a control socket.
enum ControlReply {
  static func failure(_ message: String) -> Value {
    .table([.init("error", .string(message))])
  }

  static func process(_ status: ProcessStatus) -> Value {
    .table([
      .init("pid", .string("\(status.pid)")), .init("entry", .string("\(status.entry)")),
      .init("host", .string(status.host)), .init("state", .string(status.state.rawValue)),
      .init("waits_for", status.waitsFor.map(Value.string) ?? .null),
      .init("mailbox", status.mailboxLength.map { .integer(Int64($0)) } ?? .null),
      .init("mailbox_bytes", Value(unsigned: status.mailboxBytes)),
      .init("memory", Value(unsigned: status.memory)), .init("cpu_ns", Value(unsigned: status.cpuTime)),
      .init("age_ns", Value(unsigned: status.age)), .init("restarts", .integer(Int64(status.restarts))),
      .init("names", .array(status.names.map(Value.string))),
      .init("parent", status.parent.map { .string("\($0)") } ?? .null),
    ])
  }
}
