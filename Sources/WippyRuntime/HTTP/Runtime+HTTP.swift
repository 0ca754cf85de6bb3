import WippyCore
import WippyHTTP
import WippyProcess

extension Runtime {
  /// Serves requests with a component, each with a process of its own, until the server is stopped.
  package func serve(_ loaded: LoadedEntry, _ configuration: ServerConfiguration) async throws(RuntimeError) -> HTTPServer {
    try startThreads()
    // Compiled before the first request waits for it.
    try prepare(loaded)
    let handler = ComponentHandler(loaded, on: try host(nil), of: self)
    do {
      return try await HTTPServer.start(configuration, on: http.loops, handler: handler)
    } catch {
      throw .refused("\(error)")
    }
  }
}
