import Synchronization
import WippyCore

/// A call that waits for the whole body of the request, which is read once and kept.
final class LuaBodyRead: Sendable {
  typealias Push = @Sendable (inout LuaOutput) -> Void
  typealias Conversion = @Sendable ([UInt8]) -> Result<Push, LuaErrorValue>

  /// Longer bodies are converted where nobody else waits.
  private static let mostInline = 64 << 10

  private struct State: Sendable {
    var ticket: LuaTicket?
    var timer: ReactorToken?
  }

  private let state: Mutex<State>
  private let exchange: LuaHTTPExchange
  private let reactor: any Reactor
  private let convert: Conversion

  private init(
    _ ticket: LuaTicket, _ exchange: LuaHTTPExchange, _ reactor: any Reactor, _ convert: @escaping Conversion
  ) {
    state = Mutex(State(ticket: ticket))
    self.exchange = exchange
    self.reactor = reactor
    self.convert = convert
  }

  static func start(
    _ call: inout LuaCall, _ exchange: LuaHTTPExchange, _ convert: @escaping Conversion
  ) throws(LuaFailure) -> LuaReturn {
    if let content = exchange.content, content.count <= mostInline {
      switch convert(content) {
      case .success(let push):
        push(&call.output)
        return .values
      case .failure(let error): throw .error(error)
      }
    }
    let ticket = try call.suspend(waitingFor: "the body of the request")
    let read = LuaBodyRead(ticket, exchange, call.context.reactor, convert)
    if let content = exchange.content { read.received(content) } else { read.begin() }
    return .suspended
  }

  private func begin() {
    let body = exchange.exchange.body
    if let timeout = exchange.bodyTimeout {
      let timer = reactor.schedule(at: reactor.now().advanced(byNanoseconds: timeout)) { [self] in
        body.stopReading()
        end(
          .failure(
            LuaErrorValue(
              .internal, "the request's body did not come within \(timeout / 1_000_000) ms", retryable: false)))
      }
      state.withLock { $0.timer = timer }
    }
    let limit = exchange.mostContent
    BodyCollector.collect(body, limit: limit) { [self] result in
      switch result {
      case .success(let bytes):
        exchange.content = bytes
        received(bytes)
      case .failure(let failure) where failure.code == .requestBodySize:
        end(.failure(LuaErrorValue(.invalid, "the request's body has more than \(limit) bytes", retryable: false)))
      case .failure(let failure): end(.failure(LuaErrorValue(.internal, "\(failure)")))
      }
    }
  }

  /// On a thread of the server's, which others wait for.
  private func received(_ bytes: [UInt8]) {
    guard bytes.count > LuaBodyRead.mostInline else { return end(convert(bytes)) }
    let isTaken = reactor.runBlocking { [self] in end(convert(bytes)) }
    if !isTaken {
      end(.failure(LuaErrorValue(.unavailable, "too much blocking work waits: try again", retryable: true)))
    }
  }

  private func end(_ result: Result<Push, LuaErrorValue>) {
    let (ticket, timer) = state.withLock { ($0.ticket.take(), $0.timer.take()) }
    if let timer { reactor.cancel(timer) }
    switch result {
    case .success(let push): ticket?.complete(push)
    case .failure(let error): ticket?.fail(error)
    }
  }
}
