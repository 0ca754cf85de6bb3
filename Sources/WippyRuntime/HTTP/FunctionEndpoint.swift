import Logging
import WippyCore
import WippyLua
import WippyProcess

/// One request that a function answers, in the way of its kind and transport.
struct FunctionEndpoint: Sendable {
  private let target: ServiceRoutes.Target
  private let source: ProgramSource
  private let parameters: [(name: String, value: String)]
  private let runtime: Runtime

  init(
    _ target: ServiceRoutes.Target, _ source: ProgramSource, _ parameters: [(name: String, value: String)],
    _ runtime: Runtime
  ) {
    self.target = target
    self.source = source
    self.parameters = parameters
    self.runtime = runtime
  }

  func run(_ exchange: ServiceExchange) {
    switch source {
    case .wasm(let loaded) where loaded.servesHTTP: component(loaded, exchange)
    case .wasm(let loaded):
      collect(exchange) { bytes throws(PayloadMapping.Problem) in
        let type = exchange.head.fields.first(named: "content-type")?.text
        call(try PayloadMapping.arguments(of: bytes, contentType: type, for: loaded.guest.type), for: exchange)
      }
    case .lua(let loaded) where loaded.answersRequests: lua(loaded, exchange)
    case .lua:
      collect(exchange) { bytes throws(PayloadMapping.Problem) in
        let type = exchange.head.fields.first(named: "content-type")?.text
        call(try PayloadMapping.untypedArguments(of: bytes, contentType: type), for: exchange)
      }
    case .supervisor, .http: ServiceHandler.refuse(exchange, 500, "no function\n")
    }
  }

  private func component(_ loaded: LoadedEntry, _ exchange: ServiceExchange) {
    do throws(RuntimeError) {
      let handler = ComponentHandler(loaded, on: try runtime.host(nil), of: runtime, pool: target.pool)
      handler.handle(exchange)
    } catch {
      runtime.logger.error("\(error)", metadata: ["entry": "\(source.id)"])
      ServiceHandler.refuse(exchange, 503)
    }
  }

  // MARK: Payload

  private func collect(
    _ exchange: ServiceExchange, _ body: @escaping @Sendable ([UInt8]) throws(PayloadMapping.Problem) -> Void
  ) {
    BodyCollector.collect(exchange.body) { result in
      // A client that has gone is not answered.
      guard case .success(let bytes) = result else { return }
      do throws(PayloadMapping.Problem) {
        try body(bytes)
      } catch {
        ServiceHandler.refuse(exchange, error.status, "\(error.message)\n")
      }
    }
  }

  private func call(_ arguments: [Value], for exchange: ServiceExchange) {
    let request = CallRequest(
      entry: source.id, arguments: arguments, caller: nil, inheritance: exchange.inheritance)
    let token = runtime.scheduler.call(request) { result in
      let (head, bytes) =
        switch result {
        case .success(let reason): PayloadMapping.response(for: reason)
        case .failure(let failure): PayloadMapping.response(for: failure)
        }
      exchange.respond(head, body: HTTPBody(bytes))
    }
    exchange.onAbandoned { [runtime] in _ = runtime.scheduler.cancelCall(token, reason: Self.gone) }
  }

  static let gone = "the client has gone"

  // MARK: Lua with the module http

  private func lua(_ loaded: LoadedLua, _ exchange: ServiceExchange) {
    guard let pool = target.pool else { return start(loaded, exchange, place: nil) }
    pool.enter { result in
      switch result {
      case .success(let place): start(loaded, exchange, place: place)
      case .failure(let failure): Self.respond(PayloadMapping.response(for: failure), exchange)
      }
    }
  }

  private func start(_ loaded: LoadedLua, _ exchange: ServiceExchange, place: FunctionPool.Place?) {
    let own = LuaHTTPExchange(exchange, parameters: parameters)
    let program = loaded.program(arguments: [], exchange: own, place: place)
    let ended: @Sendable (ExitReason) -> Void = { [logger = runtime.logger, id = source.id] reason in
      switch reason {
      case .normal where own.isTouched: own.finish()
      case .normal(let value): Self.respond(PayloadMapping.response(for: value), exchange)
      default:
        logger.warning("\(exchange.head.method) \(exchange.head.path): \(reason)", metadata: ["entry": "\(id)"])
        if !own.fail() { Self.respond(PayloadMapping.response(for: reason), exchange) }
      }
    }
    do {
      let pid = try runtime.scheduler.spawn(
        program, entry: source.id, host: try runtime.host(nil), limits: source.schedulerLimits,
        request: SpawnRequest(entry: source.id, inheritance: exchange.inheritance),
        onStarted: { if case .failed(let reason) = $0 { ended(reason) } }, onExit: { ended($1) })
      exchange.onAbandoned { [runtime] in runtime.scheduler.cancel(pid, reason: Self.gone) }
    } catch {
      program.close()
      runtime.logger.warning("a request was refused: \(error)")
      ServiceHandler.refuse(exchange, 503, "overloaded\n")
    }
  }

  private static func respond(_ response: (HTTPResponseHead, [UInt8]), _ exchange: ServiceExchange) {
    exchange.respond(response.0, body: HTTPBody(response.1))
  }
}
