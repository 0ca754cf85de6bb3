import Logging
import WippyCore
import WippyProcess
import WippyRegistry

extension Runtime {
  /// Loads the functions whose pools begin with instances (`warm_start`), and makes those, on the blocking pool.
  func warmUp() {
    guard let registry else { return }
    for entry in registry.entries where entry.kind.hasPrefix("function.") && PoolConfiguration(entry).warmGuests > 0 {
      let id = entry.id
      _ = reactor.runBlocking { [weak self] in
        guard let self else { return }
        do throws(RuntimeError) {
          try warmUp(id) { [logger] reason in
            logger.warning("no instance before the first call: \(reason)", metadata: ["entry": "\(id)"])
          }
        } catch {
          logger.warning("no instances before the first call: \(error)", metadata: ["entry": "\(id)"])
        }
      }
    }
  }

  /// Makes the instances of one function's pool, each in a process of its own, because guests run only in those.
  ///
  /// - Parameter failed: Told why an instance could not be made.
  func warmUp(_ id: EntryID, failed: @escaping @Sendable (ExitReason) -> Void) throws(RuntimeError) {
    let source = try source(id)
    try prepareCode(of: source)
    guard case .wasm(let loaded) = source, !loaded.guest.isCommand, let pool = pool(of: id),
      let idleGuests = pool.idleGuests
    else { return }
    let host = try host(nil)
    for _ in 0..<pool.configuration.warmGuests {
      let program = try program(
        loaded, arguments: [], streams: .records(logger), idleGuests: idleGuests, isPreparation: true)
      do throws(ProcessError) {
        // It ends before its Init is complete: no function is called.
        _ = try scheduler.spawn(
          program, entry: id, host: host, limits: WippyCore.ProcessLimits(loaded.limits),
          onStarted: { result in
            guard case .failed(let reason) = result, reason != .normal(nil) else { return }
            failed(reason)
          })
      } catch {
        program.close()
        throw .refused("\(error)")
      }
    }
  }
}
