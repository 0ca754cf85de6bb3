import WippyCore

/// The module `logger`: `logger:info("message", {key = value})`, and with a dot.
enum LuaLoggerModule {
  static let module = LuaModule("logger", methods)

  /// A logger with fields or a name of its own.
  static let logger = LuaClass("Logger", hasReference: true, methods)

  private static let methods: [LuaMember] = [
    level("debug", .debug), level("info", .info), level("warn", .warn), level("error", .error),
    .function("with") { call throws(LuaFailure) in
      let first = firstArgument(call)
      guard call.type(first) == .table else { throw call.expected("table", first) }
      let own = LuaLoggerModule.own(call)
      let merged = Logger(name: own?.name, fields: merge(own?.fields ?? [], try fields(call, first)))
      call.output.push(logger, reference: merged)
      return .values
    },
    .function("named") { call throws(LuaFailure) in
      let first = firstArgument(call)
      let name = try call.string(first)
      guard !name.isEmpty else { throw .error(.invalid, "the name of a logger is empty") }
      let own = LuaLoggerModule.own(call)
      let full = own?.name.map { "\($0).\(name)" } ?? name
      call.output.push(logger, reference: Logger(name: full, fields: own?.fields ?? []))
      return .values
    },
  ]

  private final class Logger: Sendable {
    let name: String?
    let fields: [Value.Field]

    init(name: String?, fields: [Value.Field]) {
      self.name = name
      self.fields = fields
    }
  }

  private static func own(_ call: LuaCall) -> Logger? {
    call.optionalObject(1, logger)?.reference as? Logger
  }

  /// After the logger or the module, where it was called with a colon.
  private static func firstArgument(_ call: LuaCall) -> Int {
    if call.optionalObject(1, logger) != nil { return 2 }
    return call.type(1) == .table && call.count > 1 && call.type(2) != .none ? 2 : 1
  }

  private static func level(_ name: String, _ level: LuaLogRecord.Level) -> LuaMember {
    .function(name) { call throws(LuaFailure) in
      // The message is no table, so a table before it is the module.
      let first = call.type(1) == .string ? 1 : 2
      let own = LuaLoggerModule.own(call)
      var fields = merge(own?.fields ?? [], try LuaLoggerModule.fields(call, first + 1))
      if let name = own?.name { fields.insert(Value.Field("logger", .string(name)), at: 0) }
      let message = try text(call, first)
      call.services.log(
        LuaLogRecord(
          level: level, message: message, fields: fields, pid: call.context.pid, entry: call.context.entry))
      return .values
    }
  }

  private static func text(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> String {
    guard call.type(index) == .string else { throw call.expected("string", index) }
    return call.withBytes(index) { String(decoding: $0, as: UTF8.self) }
  }

  private static func fields(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> [Value.Field] {
    guard case .table(let fields) = try call.fields(index) else { return [] }
    return fields
  }

  /// The later field of a name counts.
  private static func merge(_ fields: [Value.Field], _ others: [Value.Field]) -> [Value.Field] {
    fields.filter { field in !others.contains { $0.key == field.key } } + others
  }
}
