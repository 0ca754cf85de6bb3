import WippyCore

extension LuaCall {
  /// Runs `work` here when it is short, and else on the pool of blocking threads while the calling coroutine waits. Where
  /// it cannot wait, long work is refused: nothing could interrupt it.
  ///
  /// - Parameters:
  ///   - isLong: Whether it takes more than some hundred microseconds.
  ///   - reason: What the process waits for, for process lists.
  package mutating func work(
    isLong: Bool, waitingFor reason: StaticString,
    _ work: @escaping @Sendable () -> Result<Value, LuaErrorValue>
  ) throws(LuaFailure) -> LuaReturn {
    if isLong {
      let ticket = try suspend(waitingFor: reason)
      let isTaken = context.reactor.runBlocking {
        switch work() {
        case .success(let value): ticket.succeed(value)
        case .failure(let error): ticket.fail(error)
        }
      }
      if !isTaken {
        ticket.fail(LuaErrorValue(.unavailable, "too much blocking work waits: try again", retryable: true))
      }
      return .suspended
    }
    switch work() {
    case .success(let value): return returning(value)
    case .failure(let error): throw .error(error)
    }
  }
}
