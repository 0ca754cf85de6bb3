import Synchronization
import WippyComponent
import WippyCore

/// Work on the pool of blocking threads that a parked process waits for. It takes everything that it needs with it: when
/// the process ends meanwhile, the work goes on without it, and what it made is freed.
final class BlockingOperation<Output: Sendable>: PendingOperation {
  private enum State: Sendable {
    case pending
    case done(Output)
    case cancelled
  }

  private let state = Mutex(State.pending)

  init(
    reactor: any Reactor, wake: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () -> Output
  ) {
    BlockingQueue(reactor).run { [self] in
      guard state.withLock({ if case .pending = $0 { true } else { false } }) else { return }
      let output = work()
      let isWanted = state.withLock { state in
        guard case .pending = state else { return false }
        state = .done(output)
        return true
      }
      if isWanted { wake() }
    }
  }

  var isComplete: Bool {
    state.withLock { if case .done = $0 { true } else { false } }
  }

  func cancel() {
    // Freed outside of the lock: it may close descriptors.
    let old = state.withLock { state in
      defer { state = .cancelled }
      return state
    }
    withExtendedLifetime(old) {}
  }

  /// What the work came to; `nil` before it is complete.
  var output: Output? {
    state.withLock { if case .done(let output) = $0 { output } else { nil } }
  }
}

extension WASIState {
  /// Parks the process while the pool works.
  func blocking<Output: Sendable>(
    _ work: @escaping @Sendable () -> Output,
    then: @escaping (borrowing HostCall, Output) throws(HostFault) -> HostReply
  ) -> HostReply {
    let operation = BlockingOperation(reactor: reactor, wake: wake, work)
    return .wait(operation) { call throws(HostFault) in
      guard let output = operation.output else { throw .trap("the process went on before its operation was complete") }
      return try then(call, output)
    }
  }

  /// Does what can be done on the worker there, and else parks the process while the pool does it.
  func file<Output: Sendable>(
    _ work: @escaping @Sendable (Effort) throws(FileError) -> Output,
    _ call: borrowing HostCall,
    then: @escaping (borrowing HostCall, Result<Output, FileError>) throws(HostFault) -> HostReply
  ) throws(HostFault) -> HostReply {
    switch Result(catching: { () throws(FileError) in try work(.cached) }) {
    case .failure(.wouldBlock):
      return blocking({ Result { () throws(FileError) in try work(.full) } }, then: then)
    case let result: return try then(call, result)
    }
  }

  /// Parks the process while the pool works on files.
  func slowFile<Output: Sendable>(
    _ work: @escaping @Sendable () throws(FileError) -> Output,
    then: @escaping (borrowing HostCall, Result<Output, FileError>) throws(HostFault) -> HostReply
  ) -> HostReply {
    blocking({ Result { () throws(FileError) in try work() } }, then: then)
  }
}
