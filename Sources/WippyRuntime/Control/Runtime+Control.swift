import Glibc
import WippyCore

extension Runtime {
  /// Listens for `wippy ps`, `top` and `kill`.
  package func listenForControl(in directory: ControlDirectory) throws(RuntimeError) -> ControlServer {
    try ControlServer(in: directory, reactor: reactor) { [weak self] request in
      self?.answer(request) ?? ControlReply.failure("the runtime is shutting down")
    }
  }

  private func answer(_ request: Value) -> Value {
    guard case .string(let command)? = request["command"] else {
      return ControlReply.failure("the request has no command")
    }
    switch command {
    case "hello":
      return .table([
        .init("process", .integer(Int64(getpid()))),
        .init("project", registry.map { .string($0.project.root) } ?? .null),
      ])
    case "processes": return .table([.init("processes", .array(processes().map(ControlReply.process)))])
    case "cancel", "terminate":
      guard case .string(let text)? = request["pid"], let pid = resolve(text) else {
        return ControlReply.failure("there is no process \(request["pid"].map { "\($0)" } ?? "")")
      }
      let isDone = command == "cancel" ? cancel(pid, reason: "wippy kill") : terminate(pid)
      return isDone ? .table([.init("pid", .string("\(pid)"))]) : ControlReply.failure("there is no process \(pid)")
    default: return ControlReply.failure("there is no command \(command)")
    }
  }

  /// A process by its PID, with or without braces, by its number, or by a registered name.
  private func resolve(_ text: String) -> ProcessID? {
    if let pid = ProcessID(text) { return pid }
    let number = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    if let number, let process = processes().first(where: { $0.pid.serial == number }) { return process.pid }
    return scheduler.lookup(text)
  }
}
