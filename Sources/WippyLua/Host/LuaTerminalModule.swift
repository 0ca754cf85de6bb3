import WippyCore

/// The module `io`: the terminal of a command.
enum LuaTerminalModule {
  static let module = LuaModule(
    "io",
    [
      .function("write") { call throws(LuaFailure) in
        try write(&call, separator: [], end: [], toError: false)
      },
      .function("print") { call throws(LuaFailure) in
        try write(&call, separator: [0x09], end: [0x0a], toError: false)
      },
      .function("eprint") { call throws(LuaFailure) in
        try write(&call, separator: [0x09], end: [0x0a], toError: true)
      },
      .function("flush") { call throws(LuaFailure) in
        let terminal = try terminal(call)
        let ticket = try call.suspend(waitingFor: "io.flush")
        terminal.flush { ticket.succeed(.bool(true)) }
        return .suspended
      },
      .function("read") { call throws(LuaFailure) in
        let count = try call.integer(1, default: defaultCount)
        return try read(
          &call, count: (1...maximumCount).contains(count) ? Int(count) : Int(defaultCount), isLine: false)
      },
      .function("readline") { call throws(LuaFailure) in
        try read(&call, count: Int(maximumCount), isLine: true)
      },
      .function("args") { call throws(LuaFailure) in
        call.returning(.array(try terminal(call).arguments.map(Value.string)))
      },
    ])

  private static let defaultCount: Int64 = 1024
  private static let maximumCount: Int64 = 1 << 20

  private static func terminal(_ call: LuaCall) throws(LuaFailure) -> any LuaTerminal {
    guard let terminal = call.services.terminal else {
      throw .error(.unavailable, "this process has no terminal: run it on a terminal.host")
    }
    return terminal
  }

  private static func write(
    _ call: inout LuaCall, separator: [UInt8], end: [UInt8], toError: Bool
  ) throws(LuaFailure) -> LuaReturn {
    let terminal = try terminal(call)
    var bytes: [UInt8] = []
    var index = 1
    while index <= call.count {
      if index > 1 { bytes += separator }
      bytes += try text(call, index)
      index += 1
    }
    if terminal.write(bytes + end, toError: toError) { call.vm.awaitReader() }
    call.push(true)
    return .values
  }

  /// As `tostring` writes it, but for what a metamethod would say.
  private static func text(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> [UInt8] {
    switch call.type(index) {
    case .string: return try call.bytes(index)
    case .number: return Array(try LuaNumberText.text(call, index).utf8)
    case .boolean: return Array(call.isTrue(index) ? "true".utf8 : "false".utf8)
    case .none, .null: return Array("nil".utf8)
    default:
      if let error = call.errorValue(index) { return Array(error.message.utf8) }
      return Array(call.typeName(index).utf8)
    }
  }

  private static func read(_ call: inout LuaCall, count: Int, isLine: Bool) throws(LuaFailure) -> LuaReturn {
    let terminal = try terminal(call)
    let ticket = try call.suspend(waitingFor: isLine ? "io.readline" : "io.read")
    terminal.read(count, untilNewline: isLine) { result in
      switch result {
      case .failure(let error): ticket.fail(error)
      // The end is no error: there is nothing.
      case .success(let bytes) where bytes.isEmpty: ticket.succeed(.null)
      case .success(let bytes):
        let end = isLine && bytes.last == 0x0a ? bytes.count - (bytes.dropLast().last == 0x0d ? 2 : 1) : bytes.count
        ticket.complete { $0.push(bytes: Array(bytes.prefix(end))) }
      }
    }
    return .suspended
  }
}
