import Logging
import WippyCore
import WippyProcess
import WippyWASI

/// Answers each request with a new process of a component that exports `wasi:http/incoming-handler`.
package final class ComponentHandler: HTTPRequestHandler {
  /// The function that takes requests.
  package static let method = "wasi:http/incoming-handler#handle"

  private let runtime: Runtime
  private let loaded: LoadedEntry
  private let host: Host

  package init(_ loaded: LoadedEntry, on host: Host, of runtime: Runtime) {
    self.runtime = runtime
    self.loaded = loaded
    self.host = host
  }

  package func handle(_ exchange: any HTTPExchange) {
    let pid: ProcessID
    do {
      let program = try runtime.program(
        loaded, arguments: [], streams: .records(runtime.logger),
        resources: {
          let place = ResponseOutparam { Self.answer($0, exchange) }
          return [IncomingRequest(exchange.head, body: exchange.body), place]
        })
      do throws(ProcessError) {
        pid = try runtime.scheduler.spawn(
          program, entry: loaded.entryID, host: host, limits: WippyCore.ProcessLimits(loaded.limits),
          onStarted: { [self] result in
            if case .failed(let reason) = result { ended(reason, exchange) }
          }, onExit: { [self] _, reason in ended(reason, exchange) })
      } catch {
        program.close()
        throw error
      }
    } catch {
      // No room for another process, which a client may try again.
      runtime.logger.warning("a request was refused: \(error)")
      exchange.respond(Self.problem(503, [HTTPField("retry-after", "1")]), body: HTTPBody(Array("overloaded\n".utf8)))
      return
    }
    exchange.onAbandoned { [runtime] in runtime.scheduler.terminate(pid) }
  }

  private static func answer(_ answer: ResponseOutparam.Answer, _ exchange: any HTTPExchange) {
    switch answer {
    case .response(let head, let body): exchange.respond(head, body: body)
    case .failed(let failure):
      exchange.respond(problem(failure.httpStatus), body: HTTPBody(Array("\(failure.code.rawValue)\n".utf8)))
    }
  }

  /// The process has ended: with an answer, or without one.
  private func ended(_ reason: ExitReason, _ exchange: any HTTPExchange) {
    let status = reason.httpStatus
    let isMissing = exchange.respond(
      Self.problem(status), body: HTTPBody(Array("the request was not answered: \(reason.kind.rawValue)\n".utf8)))
    if case .normal = reason, !isMissing { return }
    if case .killed = reason, !isMissing { return }
    runtime.logger.warning(
      "\(exchange.head.method) \(exchange.head.path): \(reason)\(isMissing ? ", and no answer" : "")",
      metadata: ["entry": "\(loaded.entryID)"])
  }

  private static func problem(_ status: UInt16, _ fields: [HTTPField] = []) -> HTTPResponseHead {
    HTTPResponseHead(status: status, fields: [HTTPField("content-type", "text/plain")] + fields)
  }
}
