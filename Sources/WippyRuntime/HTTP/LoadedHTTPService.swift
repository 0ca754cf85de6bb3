import Logging
import Synchronization
import WippyCore
import WippyProcess
import WippyRegistry

/// An `http.service` entry with everything that answers on it.
package final class LoadedHTTPService: Sendable {
  let entry: HTTPServiceEntry
  private let routes: RouteTable<ServiceHandler.Target>
  private let stack: any HTTPStack
  private let logger: Logger
  private unowned let runtime: Runtime
  private let listening = Mutex<UInt16?>(nil)

  /// The port on which it listens, or has listened.
  package var port: UInt16? { listening.withLock { $0 } }

  /// - Throws: `RuntimeError.entry` with the place of what is wrong: an unknown function, two endpoints on one path.
  init(_ id: EntryID, of runtime: Runtime, _ registry: Registry) throws(RuntimeError) {
    self.runtime = runtime
    logger = runtime.logger
    guard let stack = runtime.http.stack else {
      throw .configuration("\(id) needs HTTP, and this runtime was made without it")
    }
    self.stack = stack
    var routes = RouteTable<ServiceHandler.Target>()
    do throws(RegistryError) {
      entry = try HTTPServiceEntry(try registry.requireEntry(id))
      for candidate in registry.entries where candidate.kind == "http.endpoint" {
        let endpoint = try HTTPEndpointEntry(candidate, in: registry)
        guard endpoint.server == id else { continue }
        let target = ServiceHandler.Target(function: endpoint.function)
        guard routes.add(method: endpoint.method, path: endpoint.path, target) else {
          throw .invalidField(
            candidate.diagnostic(
              .error, at: "path", "another endpoint answers \(endpoint.method) \(endpoint.path): change one of them"))
        }
      }
    } catch {
      throw .entry("\(error)")
    }
    self.routes = routes
  }

  /// Begins to listen.
  func serve() async throws(RuntimeError) -> any HTTPServing {
    var configuration = entry.configuration
    configuration.onResponse = { [logger, id = entry.id] record in
      logger.info(
        "\(record.method) \(record.path) \(record.status)",
        metadata: [
          "entry": "\(id)", "client": "\(record.client)", "bytes": "\(record.bytes)",
          "us": "\(record.duration / 1000)",
        ])
    }
    do {
      let server = try await stack.serve(configuration, handler: ServiceHandler(routes, of: runtime))
      listening.withLock { $0 = server.port }
      logger.info("listening on port \(server.port)", metadata: ["entry": "\(entry.id)"])
      return server
    } catch {
      throw .refused("\(entry.entry.diagnostic(.error, at: "addr", "\(error)"))")
    }
  }
}
