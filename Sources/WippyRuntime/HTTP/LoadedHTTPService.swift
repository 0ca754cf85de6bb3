import Logging
import Synchronization
import WippyCore
import WippyProcess
import WippyRegistry

/// An `http.service` entry with everything that answers on it.
package final class LoadedHTTPService: Sendable {
  let entry: HTTPServiceEntry
  let counters = HTTPCounters()
  private let handler: ServiceHandler
  private let stack: any HTTPStack
  private let logger: Logger
  private let listening = Mutex<UInt16?>(nil)

  /// The port on which it listens, or has listened.
  package var port: UInt16? { listening.withLock { $0 } }

  /// - Throws: `RuntimeError.entry` with the place of what is wrong.
  init(_ id: EntryID, of runtime: Runtime, _ registry: Registry) throws(RuntimeError) {
    logger = runtime.logger
    guard let stack = runtime.http.stack else {
      throw .configuration("\(id) needs HTTP, and this runtime was made without it")
    }
    self.stack = stack
    do throws(RegistryError) {
      entry = try HTTPServiceEntry(try registry.requireEntry(id))
      handler = ServiceHandler(try Self.routes(of: entry, runtime, registry), of: runtime)
    } catch {
      throw .entry("\(error)")
    }
  }

  private static func routes(
    of service: HTTPServiceEntry, _ runtime: Runtime, _ registry: Registry
  ) throws(RegistryError) -> ServiceRoutes {
    var routes = ServiceRoutes()
    (routes.live, routes.ready, routes.metrics) = (service.live, service.ready, service.metrics)
    for candidate in registry.entries {
      switch candidate.kind {
      case "http.endpoint":
        let endpoint = try HTTPEndpointEntry(candidate, in: registry)
        guard endpoint.server == service.id else { continue }
        let target = ServiceRoutes.Target(
          function: endpoint.function, pool: runtime.pool(of: endpoint.function))
        guard routes.table.add(method: endpoint.method, path: endpoint.path, target) else {
          throw .invalidField(
            candidate.diagnostic(
              .error, at: "path", "another endpoint answers \(endpoint.method) \(endpoint.path): change one of them"))
        }
      case "http.static":
        let files = try HTTPStaticEntry(candidate, in: registry)
        guard files.server == service.id else { continue }
        let resolver = FilesystemResolver(registry)
        routes.files.append(
          StaticFiles(prefix: files.path, directory: files.directory, index: files.index) { () throws(RuntimeError) in
            do {
              return try resolver.directory(of: files.filesystem)
            } catch {
              throw .entry("\(error)")
            }
          })
      default: continue
      }
    }
    routes.files.sort { $0.prefix.utf8.count > $1.prefix.utf8.count }
    return routes
  }

  /// Begins to listen.
  func serve(_ completion: @escaping @Sendable (Result<any HTTPServing, RuntimeError>) -> Void) {
    var configuration = entry.configuration
    configuration.onResponse = { [logger, counters, id = entry.id] record in
      counters.note(record)
      guard logger.logLevel <= .info else { return }
      logger.info(
        "\(record.method) \(record.path) \(record.status)",
        metadata: [
          "entry": "\(id)", "client": "\(record.client)", "bytes": "\(record.bytes)",
          "us": "\(record.duration / 1000)", "complete": "\(record.isComplete)", "request": "\(record.requestID)",
        ])
    }
    stack.serve(configuration, handler: handler) { [self] result in
      if case .success(let server) = result {
        listening.withLock { $0 = server.port }
        logger.info("listening on port \(server.port)", metadata: ["entry": "\(entry.id)"])
      }
      completion(
        result.mapError { error in
          let field = if case .tls = error { "tls" } else { "addr" }
          return .refused("\(entry.entry.diagnostic(.error, at: field, "\(error)"))")
        })
    }
  }

  /// It is going to stop.
  func drain() { handler.drain() }
}
