import WippyCore
import WippyProcess

extension Runtime {
  /// Serves requests with a component, each with a process of its own, until the server is stopped.
  package func serve(
    _ loaded: LoadedEntry, _ configuration: HTTPServerConfiguration
  ) async throws(RuntimeError) -> any HTTPServing {
    guard let stack = http.stack else { throw .configuration("this runtime was made without HTTP") }
    try startThreads()
    // Compiled before the first request waits for it.
    try prepare(loaded)
    let handler = ComponentHandler(loaded, on: try host(nil), of: self)
    do {
      return try await stack.serve(configuration, handler: handler)
    } catch {
      throw .refused("\(error)")
    }
  }

  /// The port on which an `http.service` listens; `nil` when it has not begun to.
  package func port(of service: EntryID) -> UInt16? {
    guard case .http(let loaded) = knownSource(service) else { return nil }
    return loaded.port
  }
}
