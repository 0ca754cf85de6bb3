import Synchronization
import WippyCore
import WippyProcess
import WippyTestKit

@testable import WippyLua

/// Lua processes on a scheduler without threads, under a virtual clock. Entries are `test:NAME`.
final class LuaLaboratory: Sendable {
  let reactor = VirtualReactor()
  let scheduler: Scheduler
  let host: Host
  let lines = Recorder<String>()
  let records = Recorder<LuaLogRecord>()
  let surroundings = LuaSurroundings()
  /// A process without one has no `io`.
  private let hasTerminal: Bool
  private let units = Mutex<[String: LuaUnit]>([:])
  private let limits: LuaLimits
  private let processLimits: ProcessLimits
  static let hostID = EntryID(namespace: "test", name: "host")

  static let allModules = LuaServices.moduleNames

  init(
    limits: LuaLimits = LuaLimits(), processLimits: ProcessLimits = ProcessLimits(cancelGraceMilliseconds: 1000),
    workers: Int = 1, hasTerminal: Bool = false
  ) throws {
    self.hasTerminal = hasTerminal
    scheduler = try Scheduler(configuration: SchedulerConfiguration(workers: workers), reactor: reactor)
    host = scheduler.makeHost(id: LuaLaboratory.hostID)
    self.limits = limits
    self.processLimits = processLimits
    scheduler.install(Factory(laboratory: self))
  }

  /// Adds an entry whose method is `main`.
  func add(
    _ name: String, _ source: String, modules: [String] = allModules, imports: [String: LuaUnit] = [:]
  ) throws {
    let chunk = try LuaChunk.compile(source, name: "\(name).lua")
    units.withLock {
      $0[name] = LuaUnit(chunk: chunk, entry: "test:\(name)", modules: modules, imports: imports)
    }
  }

  func program(_ name: String, _ arguments: [Value] = [], method: String = "main") -> LuaProgram? {
    guard let unit = units.withLock({ $0[name] }) else { return nil }
    return LuaProgram(unit: unit, method: method, arguments: arguments, services: services, limits: limits)
  }

  private var services: LuaServices {
    LuaServices(
      environment: surroundings, registry: surroundings, terminal: hasTerminal ? surroundings : nil,
      log: { [lines, records] record in
        lines.record(record.message)
        records.record(record)
      },
      wallClock: { [reactor] in reactor.wallTime() },
      randomness: { $0.copyBytes(from: (0..<$0.count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }) })
  }

  /// Starts an entry; its end is recorded as `exit NAME: REASON`.
  func spawn(_ name: String, _ arguments: [Value] = []) {
    let request = SpawnRequest(
      entry: EntryID(namespace: "test", name: name), arguments: arguments, inheritance: .init())
    scheduler.spawn(request) { [self] result in
      switch result {
      case .success(let pid): scheduler.monitor(pid) { [reasons] _, reason in reasons.record(reason) }
      case .failure(let failure): reasons.record(failure.reason ?? .start(failure.message))
      }
    }
  }

  let reasons = Recorder<ExitReason>()

  /// Runs until nothing happens any more: steps, blocking work, then timers.
  func runAll(steps: Int = 200_000, timers: Int = 10_000) {
    var steps = steps
    var timers = timers
    while steps > 0 {
      if scheduler.runOne() {
        steps -= 1
      } else if reactor.runBlockingWork() > 0 {
        continue
      } else if timers > 0, reactor.advanceToNextTimer() {
        timers -= 1
      } else {
        return
      }
    }
  }

  /// Runs one source to its end.
  func run(_ source: String, _ arguments: [Value] = [], modules: [String] = allModules) throws -> ExitReason? {
    try add("main", source, modules: modules)
    spawn("main", arguments)
    runAll()
    return reasons.events.last
  }

  private struct Factory: ProcessFactory {
    unowned let laboratory: LuaLaboratory

    func prepare(
      _ request: SpawnRequest, _ completion: @escaping @Sendable (Result<PreparedProcess, SpawnFailure>) -> Void
    ) {
      if let host = request.host, host != LuaLaboratory.hostID {
        completion(.failure(SpawnFailure("there is no host \(host)", kind: .notFound)))
        return
      }
      guard let program = laboratory.program(request.entry.name, request.arguments) else {
        completion(.failure(SpawnFailure("there is no entry \(request.entry)", kind: .notFound)))
        return
      }
      completion(
        .success(
          PreparedProcess(
            program: program, entry: request.entry, host: laboratory.host, limits: laboratory.processLimits)))
    }
  }
}

/// Runs `body` as the method of a fresh process and returns what it returns.
func lua(_ body: String, _ arguments: [Value] = []) throws -> ExitReason? {
  let text = """
    local time = require("time") local funcs = require("funcs") local ctx = require("ctx")
    local function main(...) \(body)
    end return {main = main}
    """
  return try LuaLaboratory().run(text, arguments)
}

/// What `body` returns, or why it did not.
func luaValue(_ body: String, _ arguments: [Value] = []) throws -> Value {
  switch try lua(body, arguments) {
  case .normal(let value): value ?? .null
  case let other: .string("ended: \(other.map { "\($0) \($0.details)" } ?? "never")")
  }
}
