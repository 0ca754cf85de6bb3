import WippyCore
import WippyProcess
import WippyRegistry

extension Runtime {
  /// Serves requests with a component, each with a process of its own, until the server is stopped.
  ///
  /// - Parameter reuse: Requests that one instance may serve, one after the other.
  package func serve(
    _ loaded: LoadedEntry, _ configuration: HTTPServerConfiguration, reuse: Int = 1
  ) async throws(RuntimeError) -> any HTTPServing {
    guard let stack = http.stack else { throw .configuration("this runtime was made without HTTP") }
    try startThreads()
    // Compiled before the first request waits for it.
    try prepare(loaded)
    var pool: FunctionPool?
    if reuse > 1 {
      var configuration = PoolConfiguration()
      configuration.maximum = .max
      configuration.reuse = reuse
      pool = makePool(loaded.entryID, configuration)
    }
    let handler = ComponentHandler(loaded, on: try host(nil), of: self, pool: pool)
    do {
      return try await stack.serve(configuration, handler: handler)
    } catch {
      throw .refused("\(error)")
    }
  }

  /// The services that were started.
  var httpServices: [LoadedHTTPService] {
    guard let registry else { return [] }
    return registry.entries(ofKindGlob: "http.service").compactMap { entry in
      guard case .http(let loaded) = knownSource(entry.id) else { return nil }
      return loaded
    }
  }

  /// The port on which an `http.service` listens; `nil` when it has not begun to.
  package func port(of service: EntryID) -> UInt16? {
    guard case .http(let loaded) = knownSource(service) else { return nil }
    return loaded.port
  }
}
