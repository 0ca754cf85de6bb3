import Glibc
import WippyComponent
import WippyCore

/// Asks a running command.
package struct ControlClient: Sendable {
  private let path: String

  package init(_ directory: ControlDirectory, process: Int32) {
    path = directory.socketPath(of: process)
  }

  /// Sends a request and waits for its reply.
  ///
  /// - Throws: `RuntimeError.refused` with what the other side says, or why there is no reply.
  package func ask(_ command: String, _ fields: [Value.Field] = []) throws(RuntimeError) -> Value {
    guard let connection = ControlSocket.connect(to: path) else {
      throw .refused("nobody answers at \(path): \(ControlSocket.systemText(errno))")
    }
    defer { close(connection) }
    let reply: Value
    do {
      let request = try JSONPrinter.text(for: .table([.init("command", .string(command))] + fields))
      guard ControlSocket.write(line: request, to: connection), let line = ControlSocket.readLine(connection) else {
        throw RuntimeError.refused("no reply came from \(path)")
      }
      reply = try JSONParser.parse(line)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw .refused("the reply from \(path) makes no sense: \(error)")
    }
    if case .string(let message)? = reply["error"] { throw .refused(message) }
    return reply
  }
}
