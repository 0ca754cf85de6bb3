import CBareEngine
import Foundation
import Logging
import WippyCore
import WippyEngine
import WippyProcess
import WippyRegistry
import WippyRuntime
import WippyWASI

/// What the benchmarks share: a runtime on a project of guests, and the bare engine with the same settings.
final class Laboratory: Sendable {
  let runtime: Runtime
  let host: WippyProcess.Host
  private let logger: Logger
  private let directory: String

  init(project: BenchmarkProject, guestDirectory: String, workers: Int, reactorSettings: [String] = []) throws {
    var logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    self.logger = logger
    directory = guestDirectory
    var configuration = RuntimeConfiguration(
      project: project.path, environment: ProcessInfo.processInfo.environment, logger: logger)
    configuration.workers = workers
    configuration.settings = reactorSettings
    runtime = try Runtime(configuration)
    host = try runtime.host(nil)
    try runtime.startThreads()
  }

  func entry(_ name: String) throws -> LoadedEntry {
    try runtime.load(EntryID(namespace: "bench", name: name))
  }

  /// Spawns the way the embedding API does, without its async wrapper, so that a worker can spawn the next process.
  @discardableResult
  func spawn(
    _ entry: LoadedEntry, _ arguments: [Value] = [], onStarted: (@Sendable (StartResult) -> Void)? = nil,
    onExit: ExitObserver? = nil
  ) throws -> ProcessID {
    let program = try runtime.program(entry, arguments: arguments, streams: .records(logger))
    do {
      return try runtime.scheduler.spawn(
        program, entry: entry.entryID, host: host, limits: ProcessLimits(entry.limits), onStarted: onStarted,
        onExit: onExit)
    } catch {
      program.close()
      throw error
    }
  }

  /// The bytes of a committed guest.
  func binary(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(path)")))
  }

  /// The bare engine's pool, with the settings of the runtime's first one.
  static func bareEngine(components: Bool = false) throws -> OpaquePointer {
    let settings = EngineConfiguration(pool: PoolConfiguration(processes: 100))
    guard let pool = settings.pool else { throw BenchmarkError("the configuration has no pool") }
    var bare = bare_pool(
      stacks: UInt32(pool.stacks), instances: UInt32(pool.instances), memories: UInt32(pool.memories),
      tables: UInt32(pool.tables), memory_bytes: Int(pool.memoryBytes), table_elements: pool.tableElements,
      instance_bytes: pool.instanceBytes, memory_keep: pool.memoryKeepResident,
      table_keep: pool.tableKeepResident,
      stack_keep: pool.stackKeepResident, decommit_batch: pool.decommitBatch,
      warm_slots: UInt32(pool.warmSlots),
      async_stack: settings.asyncStackBytes, wasm_stack: settings.wasmStackBytes,
      reservation: settings.memoryReservation, guard: settings.memoryGuard)
    guard let engine = bare_engine_new(&bare, components) else { throw BenchmarkError("no bare engine") }
    return engine
  }
}
