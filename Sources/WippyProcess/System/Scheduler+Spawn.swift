import Synchronization
import WippyCore

extension Scheduler {
  /// Installs what makes programs from entries. Before it no process can spawn.
  package func install(_ factory: any ProcessFactory) {
    installedFactory.withLock { $0 = factory }
  }

  package func prepare(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
  ) {
    guard let factory = installedFactory.withLock({ $0 }) else {
      completion(
        .failure(RequestFailure("\(request.entry) cannot start: nothing makes programs here", kind: .unavailable)))
      return
    }
    factory.prepare(request, completion)
  }

  package func spawn(
    _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<ProcessID, SpawnFailure>) -> Void
  ) {
    prepare(request) { [self] result in
      switch result {
      case .failure(let failure): completion(.failure(failure))
      case .success(let prepared): start(prepared, request, completion)
      }
    }
  }

  /// Starts a program that has been prepared, as `spawn` does.
  package func start(
    _ prepared: PreparedProcess, _ request: SpawnRequest,
    _ completion: @escaping @Sendable (Result<ProcessID, SpawnFailure>) -> Void
  ) {
    do throws(SpawnFailure) {
      let process = try create(
        prepared, request,
        onStarted: { result in
          switch result {
          case .started(let pid): completion(.success(pid))
          case .failed(let reason): completion(.failure(RequestFailure(start: reason)))
          }
        }, onExit: nil)
      queue(process)
    } catch {
      completion(.failure(error))
    }
  }

  /// Makes the process of a request, with everything that has to be in place before its first step; it is not queued yet.
  /// The program is closed when this throws.
  func create(
    _ prepared: PreparedProcess, _ request: SpawnRequest,
    onStarted: @escaping @Sendable (StartResult) -> Void, onExit: ExitObserver?
  ) throws(SpawnFailure) -> ScheduledProcess {
    let process: ScheduledProcess
    do throws(ProcessError) {
      guard let host = prepared.host as? Host else {
        throw .invalidConfiguration("host \(prepared.host.id) belongs to another scheduler")
      }
      process = try admit(
        prepared.program, entry: prepared.entry, host: host, limits: prepared.limits, origin: Origin(request),
        onStarted: onStarted, onExit: onExit)
    } catch {
      prepared.program.close()
      throw RequestFailure(error)
    }
    do throws(SpawnFailure) {
      try tie(process, request)
    } catch {
      // Where somebody was faster, `onStarted` has heard of it.
      if abandon(process) { throw error }
    }
    return process
  }

  /// Name, monitor, link and messages.
  private func tie(_ process: ScheduledProcess, _ request: SpawnRequest) throws(SpawnFailure) {
    if let name = request.name {
      do throws(NameFailure) {
        try register(name, process)
      } catch {
        throw RequestFailure("\(error)", kind: error.kind)
      }
    }
    if let parent = request.parent, request.isMonitored || request.isLinked {
      let watcher = table[parent]
      let isThere = watcher.map { watcher in
        !(request.isMonitored && monitor(process, by: watcher) != .done)
          && !(request.isLinked && link(watcher, process) != .done)
      }
      guard isThere == true else {
        throw RequestFailure("\(parent), which asked for the process, has ended", kind: .canceled)
      }
    }
    for message in request.messages {
      do throws(SendFailure) {
        try process.post(
          ProcessEvent(
            .message(topic: message.topic, payload: message.payload), from: request.parent, at: reactor.wallTime()),
          bytes: messageBytes(topic: message.topic, payload: message.payload))
      } catch {
        throw RequestFailure("\(error)", kind: error.kind, retryable: error.retryable)
      }
    }
  }

  /// Takes back a process that nobody has queued: there never was one. `false` when it is closed already.
  private func abandon(_ process: ScheduledProcess) -> Bool {
    guard process.transition({ $0.abandon() }) else { return false }
    process.onStarted = nil
    process.onExit = nil
    closeUnstepped(process)
    return true
  }
}
