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
  private let pool: FunctionPool?

  package convenience init(_ loaded: LoadedEntry, on host: Host, of runtime: Runtime) {
    self.init(loaded, on: host, of: runtime, pool: nil)
  }

  /// - Parameter pool: Bounds how many requests run at once.
  init(_ loaded: LoadedEntry, on host: Host, of runtime: Runtime, pool: FunctionPool?) {
    self.runtime = runtime
    self.loaded = loaded
    self.host = host
    self.pool = pool
  }

  package func handle(_ exchange: any HTTPExchange) {
    // A request that is answered in one step needs no other thread.
    runtime.scheduler.stepHere { enter(exchange) }
  }

  func enter(_ exchange: any HTTPExchange) {
    guard let pool else { return start(exchange, place: nil) }
    pool.enter { [self] result in
      switch result {
      case .success(let place): start(exchange, place: place)
      case .failure: refuse(exchange)
      }
    }
  }

  private func start(_ exchange: any HTTPExchange, place: FunctionPool.Place?) {
    let pid: ProcessID
    do {
      let program = try runtime.program(
        loaded, arguments: [], streams: .records(runtime.logger),
        resources: {
          let place = ResponseOutparam { Self.answer($0, exchange) }
          return [IncomingRequest(exchange.head, body: exchange.body), place]
        }, place: place)
      do throws(ProcessError) {
        pid = try runtime.scheduler.spawn(
          program, entry: loaded.entryID, host: host, limits: WippyCore.ProcessLimits(loaded.limits),
          request: origin(of: exchange),
          onStarted: { [self] result in
            if case .failed(let reason) = result { ended(reason, exchange) }
          }, onExit: { [self] _, reason in ended(reason, exchange) })
      } catch {
        program.close()
        throw error
      }
    } catch {
      runtime.logger.warning("a request was refused: \(error)")
      return refuse(exchange)
    }
    exchange.onAbandoned { [runtime] in runtime.scheduler.cancel(pid, reason: FunctionEndpoint.gone) }
  }

  /// What the process has from its request; `nil` for nothing.
  private func origin(of exchange: any HTTPExchange) -> SpawnRequest? {
    let inheritance =
      (exchange as? ServiceExchange)?.inheritance ?? TraceContext.inheritance(of: exchange.head.fields)
    return inheritance.context.isEmpty ? nil : SpawnRequest(entry: loaded.entryID, inheritance: inheritance)
  }

  /// No room for another process, which a client may try again.
  private func refuse(_ exchange: any HTTPExchange) {
    exchange.respond(
      .text(503, [HTTPField("retry-after", "1")]), body: HTTPBody(Array("overloaded\n".utf8)))
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
    if [.killed, .cancelled].contains(reason.kind), !isMissing { return }
    runtime.logger.warning(
      "\(exchange.head.method) \(exchange.head.path): \(reason)\(isMissing ? ", and no answer" : "")",
      metadata: ["entry": "\(loaded.entryID)"])
  }

  private static func problem(_ status: UInt16, _ fields: [HTTPField] = []) -> HTTPResponseHead {
    HTTPResponseHead(status: status, fields: [HTTPField("content-type", "text/plain")] + fields)
  }
}
