import Synchronization
import WippyCore

/// What `funcs.async` returns. Its field is the channel.
final class LuaFuture: Sendable {
  private enum State: Sendable {
    case running
    case succeeded(Value?)
    case failed(LuaErrorValue)
    case cancelled
  }

  let call: LuaRunningCall
  private let state = Mutex(State.running)
  private let feed = Mutex<LuaFeed?>(nil)

  init(_ call: LuaRunningCall) {
    self.call = call
  }

  func start(_ request: CallRequest, timeout: Int64?, feed: LuaFeed) {
    self.feed.withLock { $0 = feed }
    call.start(request, timeout: timeout) { [self] result in
      state.withLock { state in
        switch result {
        case .success(let value): state = .succeeded(value)
        case .failure(let error): state = .failed(error)
        }
      }
      switch result {
      case .success(let value): feed.close { $0.push(payload: [value ?? .null]) }
      // A failure closes the channel: the error is `future:error()`.
      case .failure: feed.close()
      }
    }
  }

  static let kind: LuaClass = LuaClass(
    "future", hasReference: true,
    [
      .function("response", channel), .function("channel", channel),
      .function("is_complete") { call throws(LuaFailure) in
        if case .running = try future(call).current { call.push(false) } else { call.push(true) }
        return .values
      },
      .function("is_canceled") { call throws(LuaFailure) in
        if case .cancelled = try future(call).current { call.push(true) } else { call.push(false) }
        return .values
      },
      .function("result") { call throws(LuaFailure) in
        switch try future(call).current {
        case .running:
          call.pushNil()
          call.pushNil()
        case .succeeded(let value): call.output.push(payload: [value ?? .null])
        case .failed(let error): throw .error(error)
        case .cancelled: throw .error(cancelled)
        }
        return .values
      },
      .function("error") { call throws(LuaFailure) in
        switch try future(call).current {
        case .running, .succeeded:
          call.pushNil()
          call.push(false)
        case .failed(let error):
          call.push(error)
          call.push(true)
        case .cancelled:
          call.push(cancelled)
          call.push(true)
        }
        return .values
      },
      .function("cancel") { call throws(LuaFailure) in
        let future = try future(call)
        let isFirst = future.call.abandon()
        if isFirst {
          future.state.withLock { $0 = .cancelled }
          future.feed.withLock { $0 }?.close()
        }
        call.push(isFirst)
        return .values
      },
    ])

  private static let cancelled = LuaErrorValue(.canceled, "the call was cancelled")

  private var current: State { state.withLock { $0 } }

  private static func future(_ call: LuaCall) throws(LuaFailure) -> LuaFuture {
    try call.reference(1, kind, as: LuaFuture.self)
  }

  private static let channel: LuaFunction = { call throws(LuaFailure) in
    _ = try future(call)
    call.output.pushField(1, ofObjectAt: 1)
    return .values
  }
}
