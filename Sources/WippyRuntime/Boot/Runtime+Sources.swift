import WippyCore
import WippyProcess
import WippyRegistry

extension Runtime {
  /// What is loaded already, and needs nothing more before a program is made of it.
  func readySource(_ id: EntryID) -> ProgramSource? {
    guard let source = knownSource(id) else { return nil }
    switch source {
    case .wasm(let loaded): return loaded.guest.wasBound ? source : nil
    }
  }

  /// Loads an entry of any kind that processes are made of. The second time it is there already.
  package func source(_ id: EntryID) throws(RuntimeError) -> ProgramSource {
    if let known = knownSource(id) { return known }
    guard let registry else { throw .entry("there is no project: \(id) cannot be looked up") }
    let entry: Entry
    do {
      entry = try registry.requireEntry(id)
    } catch {
      throw .entry("\(error)")
    }
    switch entry.kind {
    default: return remember(.wasm(try EntryLoading(registry: registry, loader: loader).load(id)))
    }
  }

  /// Compiles what a source needs, or loads its code.
  func prepareCode(of source: ProgramSource) throws(RuntimeError) {
    switch source {
    case .wasm(let loaded): try prepare(loaded)
    }
  }

  /// A program for one process. Whoever gets it spawns or closes it.
  ///
  /// - Parameter isCommand: Whether it has the terminal.
  func program(
    _ source: ProgramSource, arguments: [Value], isCommand: Bool, streams: ProcessStreams
  ) throws(RuntimeError) -> any ProcessProgram {
    switch source {
    case .wasm(let loaded): return try program(loaded, arguments: arguments, streams: streams)
    }
  }

  /// The host on which a request's process runs.
  func host(for request: SpawnRequest, _ source: ProgramSource) throws(RuntimeError) -> Host {
    if let id = request.host, !request.isCall, registry?.entry(id)?.kind == "terminal.host" {
      throw .entry("\(id) is a terminal.host, which runs the command alone: name a process.host")
    }
    return try host(request.host)
  }
}
