import WippyCore
import WippyProcess
import WippyRegistry

/// Makes programs from the project's entries, for processes that spawn and call.
final class RuntimeFactory: ProcessFactory {
  /// The runtime owns the scheduler, which owns this.
  private weak let runtime: Runtime?

  init(_ runtime: Runtime) {
    self.runtime = runtime
  }

  func prepare(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
  ) {
    guard let runtime else {
      completion(.failure(RequestFailure("the runtime is shutting down", kind: .unavailable)))
      return
    }
    guard request.isCall, let pool = runtime.pool(of: request.entry) else {
      return Self.load(request, in: nil, runtime, completion)
    }
    // Asked when there is no place at once: the call would wait for those that wait for it.
    let held: @Sendable () -> Int = { [weak runtime] in
      guard let runtime, let caller = request.parent else { return 0 }
      return runtime.scheduler.chain(of: caller).count { $0 == request.entry }
    }
    pool.enter(deadline: request.deadline, isAbandoned: request.isAbandoned, heldByCallers: held) { result in
      switch result {
      case .success(let place): Self.load(request, in: place, runtime, completion)
      case .failure(let failure): completion(.failure(failure))
      }
    }
  }

  private static func load(
    _ request: SpawnRequest, in place: FunctionPool.Place?, _ runtime: Runtime,
    _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
  ) {
    if let source = runtime.readySource(request.entry) {
      completion(prepare(request, source, in: place, runtime))
      return
    }
    // A binary is read, and perhaps compiled.
    let isTaken = runtime.reactor.runBlocking {
      do throws(RuntimeError) {
        let source = try runtime.source(request.entry)
        try runtime.prepareCode(of: source)
        completion(prepare(request, source, in: place, runtime))
      } catch {
        completion(.failure(failure(error, request, runtime)))
      }
    }
    if !isTaken {
      completion(
        .failure(
          RequestFailure(
            "\(request.entry) cannot be loaded now: too much else is being loaded", kind: .unavailable,
            retryable: true)))
    }
  }

  private static func prepare(
    _ request: SpawnRequest, _ source: ProgramSource, in place: FunctionPool.Place?, _ runtime: Runtime
  ) -> Result<PreparedProcess, SpawnFailure> {
    do throws(RuntimeError) {
      if let problem = source.objection(isCall: request.isCall) { throw .entry(problem) }
      let host = try runtime.host(for: request, source)
      let program = try runtime.program(
        source, arguments: request.arguments, on: host, parent: request.parent, place: place)
      return .success(
        PreparedProcess(
          program: program, entry: request.entry, host: host, limits: source.schedulerLimits))
    } catch {
      return .failure(failure(error, request, runtime))
    }
  }

  private static func failure(_ error: RuntimeError, _ request: SpawnRequest, _ runtime: Runtime) -> SpawnFailure {
    switch error {
    case .refused(let text): RequestFailure(text, kind: .unavailable, retryable: true)
    case .start(let reason): RequestFailure("\(error)", kind: .internal, reason: reason)
    case .entry(let text)
    where runtime.registry?.entry(request.entry) == nil
      || request.host.map { runtime.registry?.entry($0) == nil } == true:
      RequestFailure(text, kind: .notFound)
    case .entry, .arguments, .configuration, .project, .services: RequestFailure("\(error)", kind: .invalid)
    }
  }
}
