import WippyComponent
import WippyEngine
import WippyProcess
import WippyRegistry
import WippyWASI

extension Runtime {
  /// Starts a loaded entry and waits until its Init is complete.
  package func start(
    _ loaded: LoadedEntry, on host: Host, arguments: [Value], wasiArguments: [String] = [],
    streams: ProcessStreams? = nil
  ) async throws(RuntimeError) -> RunningProcess {
    let program = try program(
      loaded, arguments: arguments, wasiArguments: wasiArguments, streams: streams ?? .records(logger))
    let end = ProcessEnd()
    do {
      try startThreads()
    } catch {
      program.close()
      throw error
    }
    do {
      let pid = try await scheduler.start(
        program, entry: loaded.entryID, host: host, limits: WippyCore.ProcessLimits(loaded.limits)
      ) { _, reason in end.complete(reason) }
      return RunningProcess(pid: pid, end: end)
    } catch {
      if case .startFailed(let reason) = error { throw .start(reason) }
      program.close()
      throw .refused("\(error)")
    }
  }

  /// The same with callbacks, which run on a worker and must be short: `onExit` is for processes that have started.
  package func start(
    _ loaded: LoadedEntry, on host: Host, arguments: [Value], wasiArguments: [String] = [], streams: ProcessStreams,
    onStarted: @escaping @Sendable (StartResult) -> Void, onExit: @escaping ExitObserver
  ) throws(RuntimeError) {
    let program = try program(loaded, arguments: arguments, wasiArguments: wasiArguments, streams: streams)
    do {
      try startThreads()
      _ = try scheduler.spawn(
        program, entry: loaded.entryID, host: host, limits: WippyCore.ProcessLimits(loaded.limits), onStarted: onStarted,
        onExit: onExit)
    } catch {
      program.close()
      throw error as? RuntimeError ?? .refused("\(error)")
    }
  }

  /// A program for one process of a loaded entry. Whoever gets it spawns or closes it.
  package func program(
    _ loaded: LoadedEntry, arguments: [Value], wasiArguments: [String] = [], streams: ProcessStreams,
    resources: (@Sendable () -> [any HostResource])? = nil
  ) throws(RuntimeError) -> WasmProgram {
    let guest = loaded.guest
    let conforming: [Value]
    var guestArguments = loaded.wasi.arguments + wasiArguments
    do {
      if resources != nil {
        conforming = []
      } else if guest.type.parameters.isEmpty {
        guestArguments += try arguments.map { value in
          guard case .string(let text) = value else {
            throw RuntimeError.arguments("\(guest.signatureText) takes no parameters, and a \(value.typeName) was given")
          }
          return text
        }
        conforming = []
      } else {
        conforming = try ValueConformance.conform(arguments: arguments, to: guest.type, named: guest.export.name)
      }
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw .arguments("\(error)")
    }
    if let limit = loaded.limits.maxMemory, guest.size.initialMemory > limit {
      throw .entry(
        loaded.problem(
          at: "limits.max_memory",
          "the guest begins with \(guest.size.initialMemory) bytes of memory, and max_memory is \(limit): raise it"))
    }
    let setup = try GuestSetup(
      loaded, arguments: guestArguments, resolver: environment, filesystems: registry.map { FilesystemResolver($0) },
      streams: streams, logger: logger, http: http)
    let place: GuestEngines.Place
    do {
      place = try engines.place(guest, memoryLimit: loaded.limits.maxMemory)
    } catch {
      throw loaded.error(for: error)
    }
    return WasmProgram(
      bound: place.bound, export: guest.export, arguments: conforming,
      limits: GuestLimits(
        maxMemory: loaded.limits.maxMemory,
        eachMemory: guest.size.limitOfEach(within: loaded.limits.maxMemory),
        eachTable: guest.size.tableLimit(within: loaded.limits.maxMemory), maxResources: loaded.limits.maxResources ?? 10_000),
      makeResources: resources,
      makeServices: { setup.services($0) },
      onClose: { [engines] in engines.release(place) })
  }

  /// Whether starting the entry needs no compilation, unless files of the cache are damaged.
  package func mayHoldCode(of loaded: LoadedEntry) -> Bool { engines.mayHoldCode(of: loaded.guest) }

  /// Compiles what an entry needs, or loads its code.
  package func prepare(_ loaded: LoadedEntry) throws(RuntimeError) {
    do {
      try engines.prepare(loaded.guest)
    } catch {
      throw loaded.error(for: error)
    }
  }
}

extension LoadedEntry {
  package var entryID: EntryID { entry?.id ?? EntryID(namespace: "file", name: guest.name) }

  fileprivate func error(for failure: GuestLoadError) -> RuntimeError {
    switch failure {
    case .component(let error): .entry(problem(at: "path", "\(error)"))
    case .engine(.exhausted(let exhaustion)): .refused("\(exhaustion)")
    case .engine(let error): .entry(problem(at: "path", "\(error)"))
    }
  }

  func problem(at field: String, _ message: String) -> String {
    entry?.entry.diagnostic(at: field, message).description ?? message
  }
}
