import WippyComponent
import WippyCore

/// `wasi:cli`.
enum CLIFunctions {
  static let environment: InterfaceTable.Functions = [
    "get-environment": InterfaceFunction(
      .takes(.i32),
      .resumable { call throws(HostFault) in
        let variables = try call.state.environment.variables
        return .value(.array(variables.map { .array([.string($0.name), .string($0.value)]) }))
      },
      ungranted: .resumable { _ throws(HostFault) in .value(.array([])) }),
    "get-arguments": InterfaceFunction(
      .takes(.i32),
      .resumable { call throws(HostFault) in
        let environment = try call.state.environment
        return .value(.array(([environment.programName] + environment.arguments).map(Value.string)))
      },
      ungranted: .resumable { call throws(HostFault) in
        .value(.array([.string(try call.state.environment.programName)]))
      }),
    "initial-cwd": InterfaceFunction(
      .takes(.i32),
      .resumable { call throws(HostFault) in .value(.string(try call.state.environment.workingDirectory)) },
      ungranted: .resumable { _ throws(HostFault) in .value(.null) }),
  ]

  static let exit: InterfaceTable.Functions = [
    "exit": .always(
      .takes(.i32),
      .immediate { call throws(HostFault) in
        switch call.u32(0) {
        case 0: throw .exit(.normal(nil))
        case 1: throw .exit(.exitCode(1))
        case let other: throw .trap("exit with \(other), which is no case of a result")
        }
      }),
    "exit-with-code": .always(
      .takes(.i32),
      .immediate { call throws(HostFault) in
        let code = UInt8(truncatingIfNeeded: call.u32(0))
        throw .exit(code == 0 ? .normal(nil) : .exitCode(Int32(code)))
      }),
  ]

  static let stdin = stream("get-stdin") { state, granted in state.makeInput(granted: granted) }
  static let stdout = stream("get-stdout") { state, granted in state.makeOutput(granted: granted) }
  static let stderr = stream("get-stderr") { state, granted in state.makeError(granted: granted) }

  static let terminalStdin = terminal("get-terminal-stdin") { $0.input.isTerminal }
  static let terminalStdout = terminal("get-terminal-stdout") { $0.output.isTerminal }
  static let terminalStderr = terminal("get-terminal-stderr") { $0.error.isTerminal }

  private static func stream(
    _ name: String, _ make: @escaping @Sendable (WASIState, _ granted: Bool) -> any HostResource
  ) -> InterfaceTable.Functions {
    [
      name: InterfaceFunction(
        .takes().returns(.i32),
        .immediate { call throws(HostFault) in try call.returnHandle(of: make(try call.state, true)) },
        ungranted: .immediate { call throws(HostFault) in try call.returnHandle(of: make(try call.state, false)) })
    ]
  }

  private static func terminal(
    _ name: String, _ isTerminal: @escaping @Sendable (StandardStreams) -> Bool
  ) -> InterfaceTable.Functions {
    [
      name: InterfaceFunction(
        .takes(.i32),
        .immediate { call throws(HostFault) in
          let address = call.u32(0)
          let isPresent = isTerminal(try call.state.environment.standardStreams)
          try call.store(UInt8(isPresent ? 1 : 0), at: address)
          if isPresent { try call.store(try call.handle(of: Terminal()), at: address &+ 4) }
        },
        ungranted: .immediate { call throws(HostFault) in try call.store(UInt8(0), at: call.u32(0)) })
    ]
  }
}

/// `terminal-input` and `terminal-output`: they only tell that there is a terminal.
final class Terminal: HostResource {
  var outlivesCall: Bool { true }
}
