/// The functions of the interfaces that are there, by interface (without a version) and name; made when they are used.
enum InterfaceTable {
  typealias Functions = [String: InterfaceFunction]

  static let all: [String: @Sendable () -> Functions] = [
    "wasi:io/error": { IOFunctions.error },
    "wasi:io/poll": { IOFunctions.poll },
    "wasi:io/streams": { IOFunctions.streams },
    "wasi:cli/environment": { CLIFunctions.environment },
    "wasi:cli/exit": { CLIFunctions.exit },
    "wasi:cli/stdin": { CLIFunctions.stdin },
    "wasi:cli/stdout": { CLIFunctions.stdout },
    "wasi:cli/stderr": { CLIFunctions.stderr },
    "wasi:cli/terminal-stdin": { CLIFunctions.terminalStdin },
    "wasi:cli/terminal-stdout": { CLIFunctions.terminalStdout },
    "wasi:cli/terminal-stderr": { CLIFunctions.terminalStderr },
    "wasi:clocks/monotonic-clock": { ClockFunctions.monotonic },
    "wasi:clocks/wall-clock": { ClockFunctions.wall },
    "wasi:random/random": { RandomFunctions.random },
    "wasi:random/insecure": { RandomFunctions.insecure },
    "wasi:random/insecure-seed": { RandomFunctions.insecureSeed },
    "wasi:sockets/network": { SocketFunctions.network },
    "wasi:sockets/instance-network": { SocketFunctions.instanceNetwork },
    "wasi:sockets/tcp": { TCPFunctions.all },
    "wasi:sockets/tcp-create-socket": { SocketFunctions.tcpCreateSocket },
    "wasi:sockets/udp": { UDPFunctions.all },
    "wasi:sockets/udp-create-socket": { SocketFunctions.udpCreateSocket },
    "wasi:sockets/ip-name-lookup": { SocketFunctions.nameLookup },
    "wasi:http/types": { HTTPFunctions.types },
    "wasi:http/outgoing-handler": { HTTPFunctions.outgoingHandler },
    "wasi:filesystem/preopens": { FilesystemFunctions.preopens },
    "wasi:filesystem/types": { FilesystemFunctions.types },
  ]

  /// Interfaces whose functions come later, but for those above.
  static func comesLater(_ interface: String) -> Bool {
    interface.hasPrefix("wippy:")
  }
}
