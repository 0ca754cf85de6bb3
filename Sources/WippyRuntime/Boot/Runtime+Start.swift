import Synchronization
import WippyComponent
import WippyCore
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
    return try await start(
      program, entry: loaded.entryID, host: host, limits: WippyCore.ProcessLimits(loaded.limits))
  }

  /// Starts a program, or closes it.
  func start(
    _ program: any ProcessProgram, entry: EntryID, host: Host, limits: WippyCore.ProcessLimits
  ) async throws(RuntimeError) -> RunningProcess {
    do {
      try startThreads()
    } catch {
      program.close()
      throw error
    }
    let end = ProcessEnd()
    do {
      let pid = try await scheduler.start(program, entry: entry, host: host, limits: limits) { _, reason in
        end.complete(reason)
      }
      return RunningProcess(pid: pid, end: end)
    } catch {
      if case .startFailed(let reason) = error { throw .start(reason) }
      program.close()
      throw .refused("\(error)")
    }
  }

  /// Starts a command: a process that has the terminal.
  ///
  /// - Parameter words: What the program sees as its arguments besides those of its function.
  package func startCommand(
    _ source: ProgramSource, on host: Host, arguments: [Value], words: [String], _ observer: CommandObserver
  ) throws(RuntimeError) {
    let program: any ProcessProgram
    var terminal: CommandTerminal?
    let quietEnd = QuietEnd(scheduler)
    switch source {
    case .wasm(let loaded):
      program = try self.program(
        loaded, arguments: arguments, wasiArguments: words, streams: .given(.inherited()))
    case .lua(let loaded):
      let own = CommandTerminal(.inherited(), arguments: words, reactor: reactor) { quietEnd.end() }
      terminal = own
      program = loaded.program(arguments: arguments, terminal: own)
    case .http:
      throw .entry("\(source.id) is an http.service, and a command is a process: `wippy run` alone starts services")
    case .supervisor:
      throw .entry(
        "\(source.id) is a process.supervisor, and a command is a process: `wippy run` alone starts supervisors")
    }
    let finish = { @Sendable [terminal] (reason: ExitReason) in
      observer.onEnd()
      guard let terminal else { return observer.onFlushed(reason) }
      terminal.flush { observer.onFlushed(reason) }
    }
    do {
      try startThreads()
      let pid = try scheduler.spawn(
        program, entry: source.id, host: host, limits: source.schedulerLimits,
        onStarted: { result in
          switch result {
          case .started(let pid): observer.onStarted(pid)
          // A program that ends in its Init ends like any other, as the command line sees it.
          case .failed(let reason): finish(reason)
          }
        }, onExit: { _, reason in finish(reason) })
      quietEnd.begin(pid)
    } catch {
      program.close()
      throw error as? RuntimeError ?? .refused("\(error)")
    }
  }

  /// A program for one process of a loaded entry. Whoever gets it spawns or closes it.
  package func program(
    _ loaded: LoadedEntry, arguments: [Value], wasiArguments: [String] = [], streams: ProcessStreams,
    resources: (@Sendable () -> [any HostResource])? = nil, place callPlace: FunctionPool.Place? = nil,
    idleGuests: IdleGuests? = nil, isPreparation: Bool = false
  ) throws(RuntimeError) -> WasmProgram {
    let guest = loaded.guest
    let conforming: [Value]
    var guestArguments = loaded.wasi.arguments + wasiArguments
    do {
      if resources != nil || isPreparation {
        conforming = []
      } else if guest.type.parameters.isEmpty {
        guestArguments += try arguments.map { value in
          guard case .string(let text) = value else {
            throw RuntimeError.arguments(
              "\(guest.signatureText) takes no parameters, and a \(value.typeName) was given")
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
    let idleGuests = guest.isCommand ? nil : idleGuests ?? callPlace?.idleGuests
    var makeServices: ((any ProcessContext) -> any GuestServices)?
    var enter: @Sendable (any GuestServices, any ProcessContext) -> Void = { _, _ in }
    if !guest.isAlone || loaded.hasSurroundings {
      let setup = try GuestSetup(
        loaded, arguments: guestArguments, resolver: environment, registry: registry, streams: streams, logger: logger,
        http: http)
      // What nobody can call need not be made.
      if !guest.isAlone {
        let isKept = idleGuests != nil
        makeServices = { setup.services($0, isKept: isKept) }
        if isKept { enter = { setup.enter($0, $1) } }
      }
    }
    let limits = GuestLimits(
      maxMemory: loaded.limits.maxMemory,
      eachMemory: guest.size.limitOfEach(within: loaded.limits.maxMemory),
      eachTable: guest.size.tableLimit(within: loaded.limits.maxMemory),
      maxResources: loaded.limits.maxResources ?? 10_000)
    if let idleGuests, !isPreparation, let idle = idleGuests.take(), let bound = idle.bound {
      return WasmProgram(
        export: bound.export(numbered: guest.export.index), of: bound, arguments: conforming, limits: limits,
        makeResources: resources, makeServices: makeServices,
        reuse: GuestReuse(idle: idle, enter: enter, keep: { idleGuests.put($0) }, release: {}),
        onClose: { callPlace?.release() })
    }
    let place: GuestEngines.Place
    do {
      place = try engines.place(guest, memoryLimit: loaded.limits.maxMemory)
    } catch {
      throw loaded.error(for: error)
    }
    return WasmProgram(
      export: place.bound.export(numbered: guest.export.index), of: place.bound, arguments: conforming,
      limits: limits, makeResources: resources, makeServices: makeServices,
      reuse: idleGuests.map { idleGuests in
        GuestReuse(
          isPreparation: isPreparation, enter: enter, keep: { idleGuests.put($0) },
          release: { [engines] in engines.release(place) })
      },
      onClose: { [engines] in
        if idleGuests == nil { engines.release(place) }
        callPlace?.release()
      })
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

/// Ends a command whose output nobody reads any more, as a closed pipe ends other programs.
private final class QuietEnd: Sendable {
  private struct State {
    var pid: ProcessID?
    var isClosed = false
  }

  private weak let scheduler: Scheduler?
  private let state = Mutex(State())

  init(_ scheduler: Scheduler) {
    self.scheduler = scheduler
  }

  func begin(_ pid: ProcessID) {
    let isClosed = state.withLock { state in
      state.pid = pid
      return state.isClosed
    }
    if isClosed { scheduler?.end(pid, .normal(nil)) }
  }

  func end() {
    let pid = state.withLock { state in
      state.isClosed = true
      return state.pid
    }
    if let pid { scheduler?.end(pid, .normal(nil)) }
  }
}

/// Who hears of a command. The closures run on threads of the runtime and must be short.
package struct CommandObserver: Sendable {
  package var onStarted: @Sendable (ProcessID) -> Void
  /// The process has ended, or never started.
  package var onEnd: @Sendable () -> Void
  /// After that, when what it wrote has been taken.
  package var onFlushed: @Sendable (ExitReason) -> Void

  package init(
    onStarted: @escaping @Sendable (ProcessID) -> Void, onEnd: @escaping @Sendable () -> Void,
    onFlushed: @escaping @Sendable (ExitReason) -> Void
  ) {
    self.onStarted = onStarted
    self.onEnd = onEnd
    self.onFlushed = onFlushed
  }
}

extension LoadedEntry {
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
