import Dispatch
import Logging
import Synchronization
import WippyCore
import WippyProcess
import WippyRuntime

/// From the end of a crashed guest to the start of the one that its supervisor puts in its place, Init included.
struct RestartRows {
  let guestDirectory: String
  let count: Int

  func restart() throws -> [Row] {
    let times = try times(of: "traps/traps.wasm", method: "unreachable")
    let erlang = try ErlangRunner()
    defer { erlang?.close() }
    func reference(_ row: String) throws -> Double? {
      try erlang.map { try $0.run("supervisor-restart-\(row)", count: count, schedulers: 1) / 1000 }
    }
    let debug = try self.times(of: "unreachable/unreachable.wasm", method: "run")
    return [
      Row(
        "supervisor-restart", unit: "us", ours: times.quantile(0.5), reference: try reference("p50"),
        samples: times.count, limit: .most(100), note: "p50"),
      Row(
        "supervisor-restart-p99", unit: "us", ours: times.quantile(0.99), reference: try reference("p99"),
        samples: times.count, limit: .most(1000)),
      Row(
        "supervisor-restart-debug", unit: "us", ours: debug.quantile(0.5), reference: nil, samples: debug.count,
        note: "p50 of a guest with debug information, which the engine reads at every trap"),
    ]
  }

  /// Microseconds.
  private func times(of binary: String, method: String) throws -> [Double] {
    let project = try BenchmarkProject(
      guests: [.init(name: "crash", binary: binary, method: method)], guestDirectory: guestDirectory)
    let laboratory = try Laboratory(project: project, guestDirectory: guestDirectory, workers: 1)
    let entry = try laboratory.entry("crash")
    let scheduler = laboratory.runtime.scheduler
    scheduler.install(CrashFactory(laboratory: laboratory, entry: entry))
    let watch = RestartWatch(count: count + 500, scheduler: scheduler)
    let specification = SupervisorSpecification(
      intensity: .max, children: [ChildSpecification(id: "crash", entry: entry.entryID)])
    let supervisor = SupervisorProgram(
      specification, scheduler: scheduler, host: laboratory.host.id,
      readChild: { _ in .failure(RequestFailure("the benchmark adds no children", kind: .invalid)) },
      report: { _, report in watch.hear(report) })
    let pid = try scheduler.spawn(supervisor, entry: entry.entryID, host: laboratory.host)
    watch.done.wait()
    scheduler.terminate(pid)
    // The first ones fill caches.
    return watch.times.withLock { $0 }.dropFirst(500).map { $0 / 1000 }
  }
}

/// Every child is the crashing guest.
private struct CrashFactory: ProcessFactory {
  let laboratory: Laboratory
  let entry: LoadedEntry

  func prepare(
    _ request: SpawnRequest,
    _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
  ) {
    do {
      let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
      let program = try laboratory.runtime.program(entry, arguments: [], streams: .records(logger))
      completion(.success(PreparedProcess(program: program, entry: request.entry, host: laboratory.host)))
    } catch {
      completion(.failure(RequestFailure("\(error)", kind: .internal)))
    }
  }
}

/// Stamps ends and starts; the scheduler tells of an end as soon as the supervisor has been told.
private final class RestartWatch: Sendable {
  let times = Mutex<[Double]>([])
  let done = DispatchSemaphore(value: 0)
  private let count: Int
  private let scheduler: Scheduler
  private let crash = Atomic<UInt64>(0)

  init(count: Int, scheduler: Scheduler) {
    self.count = count
    self.scheduler = scheduler
  }

  func hear(_ report: SupervisorReport) {
    guard case .childStarted(_, let pid, _) = report else { return }
    let (now, crash) = (clockNanoseconds(), crash.load(ordering: .acquiring))
    if crash > 0 {
      let isDone = times.withLock { times in
        times.append(Double(now - crash))
        return times.count == count
      }
      if isDone { done.signal() }
    }
    scheduler.monitor(pid) { [self] _, _ in self.crash.store(clockNanoseconds(), ordering: .releasing) }
  }
}
