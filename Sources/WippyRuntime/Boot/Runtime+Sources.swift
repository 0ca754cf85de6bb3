import WippyCore
import WippyProcess
import WippyRegistry

extension Runtime {
  /// What is loaded already, and needs nothing more before a program is made of it.
  func readySource(_ id: EntryID) -> ProgramSource? {
    guard let source = knownSource(id) else { return nil }
    switch source {
    case .wasm(let loaded): return loaded.guest.wasBound ? source : nil
    case .lua, .supervisor, .http: return source
    }
  }

  /// Loads an entry of any kind that processes are made of. The second time it is there already.
  package func source(_ id: EntryID, toStart: Bool = false) throws(RuntimeError) -> ProgramSource {
    if let known = knownSource(id) { return known }
    guard let registry else { throw .entry("there is no project: \(id) cannot be looked up") }
    let entry: Entry
    do {
      entry = try registry.requireEntry(id)
    } catch {
      throw .entry("\(error)")
    }
    switch entry.kind {
    case "process.lua", "function.lua", "library.lua":
      return remember(.lua(try LuaLoading(registry: registry).load(id, services: luaServices(registry))))
    case "process.supervisor":
      return remember(.supervisor(try LoadedSupervisor(id, registry: registry, journal: journal)))
    case "http.service":
      return remember(.http(try LoadedHTTPService(id, of: self, registry)))
    case "process.service":
      throw .entry(
        "\(entry.diagnostic(.error, "a service is started by `wippy run`, for itself or for what requires it: spawn its `process`"))"
      )
    default: return remember(.wasm(try EntryLoading(registry: registry, loader: loader(toStart: toStart)).load(id)))
    }
  }

  /// - Parameter toStart: Whether a process will be started at once: then its code is loaded while it is planned.
  func loader(toStart: Bool) -> GuestLoader {
    guard toStart else { return loader }
    var loader = loader
    loader.loadAhead = { [engines] in engines.loadAhead($0, modules: $1) }
    return loader
  }

  /// Compiles what a source needs, or loads its code.
  func prepareCode(of source: ProgramSource) throws(RuntimeError) {
    switch source {
    case .wasm(let loaded): try prepare(loaded)
    case .lua, .supervisor, .http: break
    }
  }

  /// A program for one process. Whoever gets it spawns or closes it.
  ///
  /// - Parameter parent: The process that spawns it, if one does.
  func program(
    _ source: ProgramSource, arguments: [Value], on host: Host, parent: ProcessID?
  ) throws(RuntimeError) -> any ProcessProgram {
    switch source {
    case .wasm(let loaded): return try program(loaded, arguments: arguments, streams: .records(logger))
    case .lua(let loaded): return loaded.program(arguments: arguments)
    case .supervisor(let loaded):
      guard arguments.isEmpty else {
        throw .arguments("\(source.id) is a process.supervisor, which takes no arguments")
      }
      return loaded.program(scheduler: scheduler, host: host.id, parent: parent)
    case .http(let loaded): return HTTPServiceProgram(loaded)
    }
  }

  /// Starts a process of a loaded entry and waits until its Init is complete.
  func start(
    _ source: ProgramSource, on host: Host, arguments: [Value]
  ) async throws(RuntimeError) -> RunningProcess {
    let program = try program(source, arguments: arguments, on: host, parent: nil)
    return try await start(program, entry: source.id, host: host, limits: source.schedulerLimits)
  }

  /// The host on which a request's process runs.
  func host(for request: SpawnRequest, _ source: ProgramSource) throws(RuntimeError) -> Host {
    if let id = request.host, !request.isCall, registry?.entry(id)?.kind == "terminal.host" {
      throw .entry("\(id) is a terminal.host, which runs the command alone: name a process.host")
    }
    if case .supervisor(let loaded) = source { return try supervisionHost(loaded.entry.host ?? request.host) }
    if case .http = source { return try supervisionHost(request.host) }
    return try host(request.host)
  }
}
