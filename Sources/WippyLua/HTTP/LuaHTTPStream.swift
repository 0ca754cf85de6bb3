import Synchronization
import WippyCore

/// A body that a program reads piece by piece.
final class LuaHTTPStream: Sendable {
  private struct State: Sendable {
    /// What was taken from the body and not from here.
    var bytes: [UInt8] = []
    var waiter: (count: Int, ticket: LuaTicket)?
    var isClosed = false
  }

  private let body: HTTPBody
  private let state = Mutex(State())

  init(_ body: HTTPBody) {
    self.body = body
  }

  deinit {
    body.stopReading()
  }

  static let kind: LuaClass = LuaClass(
    "http.stream", hasReference: true,
    [
      .function("read") { call throws(LuaFailure) in
        let stream = try call.reference(1, kind, as: LuaHTTPStream.self)
        let count = try call.integer(2, default: 64 << 10)
        guard (0...Int64(16 << 20)).contains(count) else {
          throw .argument(2, "between 1 and \(16 << 20) bytes can be read, not \(count)")
        }
        let ticket = try call.suspend(waitingFor: "a body of HTTP")
        stream.read(count == 0 ? 64 << 20 : Int(count), ticket)
        return .suspended
      },
      .function("close", close), .function("__close", close),
    ])

  private static let close: LuaFunction = { call throws(LuaFailure) in
    try call.reference(1, kind, as: LuaHTTPStream.self).close()
    call.push(true)
    return .values
  }

  private func read(_ count: Int, _ ticket: LuaTicket) {
    let isBusy = state.withLock { state in
      guard state.waiter == nil else { return true }
      state.waiter = (count, ticket)
      return false
    }
    guard !isBusy else {
      return ticket.fail(LuaErrorValue(.invalid, "another coroutine reads from this stream"))
    }
    body.observeReading { [weak self] in self?.advance() }
    advance()
  }

  private func advance() {
    let done = state.withLock { state -> (LuaTicket, Result<[UInt8], HTTPFailure>)? in
      guard let waiter = state.waiter else { return nil }
      var result: Result<[UInt8], HTTPFailure> = .success([])
      if state.bytes.isEmpty, !state.isClosed {
        switch body.take() {
        case .empty: return nil
        case .bytes(let bytes): state.bytes = bytes
        case .end(.finished): state.isClosed = true
        case .end(.failed(let failure)): result = .failure(failure)
        }
      }
      if !state.bytes.isEmpty {
        let part = Array(state.bytes.prefix(waiter.count))
        state.bytes.removeFirst(part.count)
        result = .success(part)
      }
      state.waiter = nil
      return (waiter.ticket, result)
    }
    guard let (ticket, result) = done else { return }
    switch result {
    // The end is no error: there is nothing.
    case .success(let bytes): ticket.complete { if bytes.isEmpty { $0.pushNil() } else { $0.push(bytes: bytes) } }
    case .failure(let failure): ticket.fail(LuaErrorValue(.internal, "\(failure)"))
    }
  }

  private func close() {
    let waiter = state.withLock { state in
      state.isClosed = true
      state.bytes = []
      return state.waiter.take()
    }
    body.stopReading()
    waiter?.ticket.complete { $0.pushNil() }
  }
}
