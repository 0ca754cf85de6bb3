import Synchronization
import WippyCore
import WippyProcess

/// Answers the requests of one `http.service`: finds the endpoint, and runs its function.
final class ServiceHandler: HTTPRequestHandler {
  private let routes: ServiceRoutes
  private let ids = RequestIDs()
  private let isDraining = Atomic<Bool>(false)
  private weak let runtime: Runtime?

  init(_ routes: ServiceRoutes, of runtime: Runtime) {
    self.routes = routes
    self.runtime = runtime
  }

  /// The service stops: it is not ready any more.
  func drain() { isDraining.store(true, ordering: .relaxed) }

  func handle(_ exchange: any HTTPExchange) {
    let exchange = ServiceExchange(exchange, id: ids.id(for: exchange.head))
    guard let runtime else { return Self.refuse(exchange, 503) }
    let path = exchange.head.path.prefix { $0 != "?" }
    if routes.answersItself(path) { return answer(path, exchange, runtime) }
    switch routes.table.match(method: exchange.head.method, path: exchange.head.path) {
    case .found(let target, let parameters):
      run(target, for: exchange, parameters, runtime)
    case .none:
      if let files = routes.files.first(where: { $0.covers(path) }) { return files.answer(exchange, runtime.reactor) }
      Self.refuse(exchange, 404, "not found\n")
    case .otherMethods(let methods):
      exchange.respond(.text(405, [HTTPField("allow", methods.joined(separator: ", "))]), body: nil)
    }
  }

  /// Health and metrics.
  private func answer(_ path: Substring, _ exchange: ServiceExchange, _ runtime: Runtime) {
    if path[...] == routes.live ?? "" { return Self.refuse(exchange, 200, "ok\n") }
    if path[...] == routes.ready ?? "" {
      let isReady = !isDraining.load(ordering: .relaxed)
      return Self.refuse(exchange, isReady ? 200 : 503, isReady ? "ready\n" : "stopping\n")
    }
    let head = HTTPResponseHead(
      status: 200, fields: [HTTPField("content-type", "text/plain; version=0.0.4; charset=utf-8")])
    exchange.respond(head, body: HTTPBody(Array(MetricsText(runtime).text.utf8)))
  }

  private func run(
    _ target: ServiceRoutes.Target, for exchange: ServiceExchange, _ parameters: [(name: String, value: String)],
    _ runtime: Runtime
  ) {
    if let source = runtime.readySource(target.function) {
      // What answers in one step needs no other thread.
      return runtime.scheduler.stepHere { FunctionEndpoint(target, source, parameters, runtime).run(exchange) }
    }
    // A binary is read, and perhaps compiled: not on the server's thread.
    let isTaken = runtime.reactor.runBlocking {
      do throws(RuntimeError) {
        let source = try runtime.source(target.function)
        try runtime.prepareCode(of: source)
        FunctionEndpoint(target, source, parameters, runtime).run(exchange)
      } catch {
        runtime.logger.error("\(error)", metadata: ["entry": "\(target.function)"])
        Self.refuse(exchange, 500, "the function cannot be loaded\n")
      }
    }
    if !isTaken { Self.refuse(exchange, 503, "overloaded\n") }
  }

  static func refuse(_ exchange: any HTTPExchange, _ status: UInt16, _ text: String = "") {
    exchange.respond(
      .text(status, status == 503 ? [HTTPField("retry-after", "1")] : []), body: HTTPBody(Array(text.utf8)))
  }
}
