import WippyCore
import WippyProcess

/// Answers the requests of one `http.service`: finds the endpoint, and runs its function.
final class ServiceHandler: HTTPRequestHandler {
  struct Target: Sendable {
    var function: EntryID
  }

  private let routes: RouteTable<Target>
  private weak let runtime: Runtime?

  init(_ routes: RouteTable<Target>, of runtime: Runtime) {
    self.routes = routes
    self.runtime = runtime
  }

  func handle(_ exchange: any HTTPExchange) {
    guard let runtime else { return Self.refuse(exchange, 503) }
    let path = exchange.head.path.prefix { $0 != "?" }
    if path == "/healthz" || path == "/readyz" { return Self.refuse(exchange, 200, "ok\n") }
    switch routes.match(method: exchange.head.method, path: exchange.head.path) {
    case .none: Self.refuse(exchange, 404, "not found\n")
    case .otherMethods(let methods):
      exchange.respond(
        HTTPResponseHead(status: 405, fields: [HTTPField("allow", methods.joined(separator: ", "))]), body: nil)
    case .found(let target, _): run(target.function, for: exchange, runtime)
    }
  }

  private func run(_ id: EntryID, for exchange: any HTTPExchange, _ runtime: Runtime) {
    if let source = runtime.readySource(id) { return run(source, for: exchange, runtime) }
    // A binary is read, and perhaps compiled: not on the server's thread.
    let isTaken = runtime.reactor.runBlocking { [self] in
      do throws(RuntimeError) {
        let source = try runtime.source(id)
        try runtime.prepareCode(of: source)
        run(source, for: exchange, runtime)
      } catch {
        runtime.logger.error("\(error)", metadata: ["entry": "\(id)"])
        Self.refuse(exchange, 500, "the function cannot be loaded\n")
      }
    }
    if !isTaken { Self.refuse(exchange, 503) }
  }

  private func run(_ source: ProgramSource, for exchange: any HTTPExchange, _ runtime: Runtime) {
    guard case .wasm(let loaded) = source else { return Self.refuse(exchange, 501, "not a WebAssembly function\n") }
    if loaded.servesHTTP {
      do throws(RuntimeError) {
        let handler = ComponentHandler(loaded, on: try runtime.host(nil), of: runtime)
        handler.handle(exchange)
      } catch {
        runtime.logger.error("\(error)", metadata: ["entry": "\(source.id)"])
        Self.refuse(exchange, 503)
      }
      return
    }
    BodyCollector.collect(exchange.body) { result in
      guard case .success(let bytes) = result else { return }
      do throws(PayloadMapping.Problem) {
        let arguments = try PayloadMapping.arguments(
          of: bytes, contentType: exchange.head.fields.first(named: "content-type")?.text, for: loaded.guest.type)
        Self.call(source.id, arguments, for: exchange, runtime)
      } catch {
        Self.refuse(exchange, error.status, "\(error.message)\n")
      }
    }
  }

  private static func call(
    _ id: EntryID, _ arguments: [Value], for exchange: any HTTPExchange, _ runtime: Runtime
  ) {
    let token = runtime.scheduler.call(CallRequest(entry: id, arguments: arguments, caller: nil)) { result in
      let (head, bytes) =
        switch result {
        case .success(let reason): PayloadMapping.response(for: reason)
        case .failure(let failure): PayloadMapping.response(for: failure)
        }
      exchange.respond(head, body: HTTPBody(bytes))
    }
    exchange.onAbandoned { runtime.scheduler.cancelCall(token) }
  }

  private static func refuse(_ exchange: any HTTPExchange, _ status: UInt16, _ text: String = "") {
    var fields = [HTTPField("content-type", "text/plain")]
    if status == 503 { fields.append(HTTPField("retry-after", "1")) }
    exchange.respond(HTTPResponseHead(status: status, fields: fields), body: HTTPBody(Array(text.utf8)))
  }
}
