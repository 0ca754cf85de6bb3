import Glibc
import Synchronization
import WippyComponent
import WippyCore

/// Answers `wippy ps`, `top` and `kill`: one request and one reply a connection, each a line of JSON.
///
/// It waits at the reactor, and answers on the threads for blocking work.
package final class ControlServer: Sendable {
  private let descriptor: Int32
  private let path: String
  private let reactor: any Reactor
  private let answer: @Sendable (Value) -> Value
  private let waiting: Mutex<Waiting>

  private struct Waiting {
    var token: ReactorToken?
    var isStopped = false
  }

  /// Listens in `directory` under this program's process number.
  init(
    in directory: ControlDirectory, reactor: any Reactor, answer: @escaping @Sendable (Value) -> Value
  ) throws(RuntimeError) {
    try directory.prepare()
    path = directory.socketPath(of: getpid())
    descriptor = try ControlSocket.listen(at: path)
    self.reactor = reactor
    self.answer = answer
    waiting = Mutex(Waiting())
    wait()
  }

  deinit {
    close(descriptor)
  }

  /// Removes the socket. Requests that are being answered are answered.
  package func stop() {
    let token = waiting.withLock { waiting in
      defer { waiting.token = nil }
      waiting.isStopped = true
      return waiting.token
    }
    if let token { reactor.cancel(token) }
    unlink(path)
  }

  private func wait() {
    let token = reactor.whenReady(descriptor, for: .readable) { [weak self] in self?.accept() }
    let isStopped = waiting.withLock { waiting in
      waiting.token = token
      return waiting.isStopped
    }
    if isStopped { reactor.cancel(token) }
  }

  private func accept() {
    let connection = Glibc.accept(descriptor, nil, nil)
    if connection >= 0 {
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      ControlSocket.limitWaiting(connection)
      let isTaken = reactor.runBlocking { [answer] in
        Self.serve(connection, answer)
        close(connection)
      }
      if !isTaken { close(connection) }
    }
    if !waiting.withLock({ $0.isStopped }) { wait() }
  }

  private static func serve(_ connection: Int32, _ answer: (Value) -> Value) {
    guard let line = ControlSocket.readLine(connection, limit: 64 << 10) else { return }
    let reply: Value
    do {
      reply = answer(try JSONParser.parse(line))
    } catch {
      reply = ControlReply.failure("the request is no JSON: \(error)")
    }
    do {
      ControlSocket.write(line: try JSONPrinter.text(for: reply), to: connection)
    } catch {
      ControlSocket.write(line: #"{"error":"the reply cannot be written"}"#, to: connection)
    }
  }
}
