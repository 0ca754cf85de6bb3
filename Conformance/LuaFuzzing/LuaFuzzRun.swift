import Synchronization
import WippyCore
import WippyLua
import WippyProcess

/// Runs generated programs on a real scheduler, some at a time: none may crash the host, hold a worker, or be left over.
package final class LuaFuzzRun: Sendable {
  package struct Report: Sendable {
    package var programs = 0
    /// Programs that Lua's compiler refuses.
    package var refused = 0
    /// How the others ended.
    package var ends: [String: Int] = [:]
    /// The longest that a program held its worker.
    package var slowestNanoseconds: UInt64 = 0
    package var slowestSeed: UInt64 = 0
    /// Processes that are still there.
    package var left = 0
  }

  private struct State: Sendable {
    var report = Report()
    var next: UInt64
    let end: UInt64
    var running = 0
    var continuation: CheckedContinuation<Void, Never>?
  }

  private static let host = EntryID(namespace: "test", name: "host")
  private static let limits = LuaLimits(maxMemory: 4 << 20)
  private static let processLimits = ProcessLimits(
    maxExecutionMilliseconds: 60, maxCPUMilliseconds: 30, cancelGraceMilliseconds: 10)

  private let reactor: EpollReactor
  private let scheduler: Scheduler
  private let services: LuaServices
  private let slowest = SlowestStep()
  private let state: Mutex<State>
  private let onStart: @Sendable (UInt64) -> Void

  /// - Parameter onStart: Hears of each seed before its program runs, in case that nothing comes after it.
  package init(
    seeds: Range<UInt64>, workers: Int, onStart: @escaping @Sendable (UInt64) -> Void = { _ in }
  ) throws(ProcessError) {
    reactor = try EpollReactor(configuration: ReactorConfiguration(blockingThreads: 4))
    scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: workers), reactor: reactor)
    let surroundings = FuzzSurroundings()
    services = LuaServices(
      environment: surroundings, registry: surroundings, terminal: surroundings,
      wallClock: { WallTime(seconds: 1_700_000_000, nanoseconds: 5) },
      randomness: { $0.initializeMemory(as: UInt8.self, repeating: 7) })
    state = Mutex(State(next: seeds.lowerBound, end: seeds.upperBound))
    self.onStart = onStart
    let host = scheduler.makeHost(id: LuaFuzzRun.host, maxProcesses: 300)
    scheduler.install(Factory(run: self, host: host))
    try scheduler.start()
  }

  package func stop() {
    scheduler.stop()
    reactor.stop()
  }

  /// The processes that are there, in words: for a run that does not come to its end.
  package var leftovers: [String] {
    scheduler.list().map { process in
      "\(process.pid) \(process.entry) \(process.state.rawValue) \(process.waitsFor ?? "") "
        + "mailbox \(process.mailboxLength ?? 0), \(process.cpuTime / 1_000_000) ms of processor"
    }
  }

  package var report: Report {
    var report = state.withLock { $0.report }
    (report.slowestNanoseconds, report.slowestSeed) = slowest.value
    return report
  }

  /// Runs all of them, `width` at a time, and waits for the end of everything that they have spawned.
  package func run(width: Int) async -> Report {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        state.continuation = continuation
        state.running = width
      }
      for _ in 0..<width { startNext() }
    }
    // What they have spawned has the same deadline.
    while true {
      guard let pid = scheduler.list().first?.pid else { break }
      _ = await scheduler.exitReason(of: pid)
    }
    var report = report
    report.left = scheduler.list().count
    return report
  }

  private func startNext() {
    let seed = state.withLock { state -> UInt64? in
      guard state.next < state.end else { return nil }
      defer { state.next += 1 }
      return state.next
    }
    guard let seed else {
      let continuation = state.withLock { state in
        state.running -= 1
        defer { if state.running == 0 { state.continuation = nil } }
        return state.running == 0 ? state.continuation : nil
      }
      continuation?.resume()
      return
    }
    onStart(seed)
    let request = SpawnRequest(
      entry: EntryID(namespace: "test", name: "main\(seed)"), host: LuaFuzzRun.host,
      arguments: [.integer(Int64(bitPattern: seed)), .string("argument")])
    scheduler.spawn(request) { [self] result in
      switch result {
      case .success(let pid):
        scheduler.monitor(pid) { [self] _, reason in ended(reason.kind.rawValue) }
      case .failure(let failure):
        ended(failure.reason.map { "\($0.kind.rawValue) in Init" } ?? failure.message)
      }
    }
  }

  private func ended(_ kind: String) {
    state.withLock { state in
      state.report.programs += 1
      state.report.ends[kind, default: 0] += 1
    }
    // Not from here: the stack would grow with every program that does not start.
    if !reactor.runBlocking({ [self] in startNext() }) { startNext() }
  }

  private static func source(_ name: String) -> (text: String, seed: UInt64)? {
    switch name {
    case "child": return ("return {main = function(...) return ... end}", 0)
    case "wait": return ("return {main = function() return process.receive() end}", 0)
    case "crash": return ("return {main = function(...) error(...) end}", 0)
    case "again": return (LuaProgramGenerator.program(seed: 1), 1)
    default:
      guard name.hasPrefix("main"), let seed = UInt64(name.dropFirst(4)) else { return nil }
      return (LuaProgramGenerator.program(seed: seed), seed)
    }
  }

  /// Compiled where it is asked for: sources are short.
  private struct Factory: ProcessFactory {
    unowned let run: LuaFuzzRun
    let host: Host

    func prepare(
      _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
    ) {
      guard let (text, seed) = LuaFuzzRun.source(request.entry.name) else {
        completion(.failure(SpawnFailure("there is no entry \(request.entry)", kind: .notFound)))
        return
      }
      do throws(LuaSyntaxError) {
        let chunk = try LuaChunk.compile(text, name: "\(request.entry.name).lua")
        let unit = LuaUnit(chunk: chunk, entry: "\(request.entry)", modules: LuaServices.moduleNames)
        let program = LuaProgram(
          unit: unit, method: "main", arguments: request.arguments, services: run.services, limits: LuaFuzzRun.limits)
        completion(
          .success(
            PreparedProcess(
              program: TimedProgram(program, seed: seed, slowest: run.slowest), entry: request.entry, host: host,
              limits: LuaFuzzRun.processLimits)))
      } catch {
        run.state.withLock { $0.report.refused += 1 }
        completion(.failure(SpawnFailure("\(error)", kind: .invalid)))
      }
    }
  }
}
