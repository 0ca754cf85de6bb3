import Synchronization
import Testing
import WippyCore
import WippyRegistry

@testable import WippyRuntime

/// A pool's state where `#expect` can change it.
private final class Box {
  private var state: PoolState

  init(_ configuration: PoolConfiguration) { state = PoolState(configuration) }

  var running: Int { state.running }
  var waiting: Int { state.waiting }
  var allowed: Int { state.allowed }
  func admit(_ id: UInt64, at now: MonotonicTime) -> PoolState.Admission { state.admit(id, at: now) }
  func release() -> UInt64? { state.release() }
  func abandon(_ id: UInt64) -> Bool { state.abandon(id) }
  func grow(at now: MonotonicTime) -> (next: UInt64?, again: MonotonicTime?) { state.grow(at: now) }
}

@Suite struct PoolStateTests {
  private let now = MonotonicTime(nanoseconds: 1_000_000)

  private func configuration(
    _ kind: PoolConfiguration.Kind, minimum: Int = 1, maximum: Int, buffer: Int
  ) -> PoolConfiguration {
    var configuration = PoolConfiguration()
    configuration.kind = kind
    configuration.minimum = minimum
    configuration.maximum = maximum
    configuration.buffer = buffer
    return configuration
  }

  @Test func callsRunThenWaitThenAreRefused() {
    let pool = Box(configuration(.static, maximum: 2, buffer: 1))
    let admissions = (1...4 as ClosedRange<UInt64>).map { pool.admit($0, at: now) }
    #expect(admissions == [.run, .run, .wait(growAt: nil), .full])
    #expect(pool.release() == 3)
    #expect(pool.release() == nil)
    #expect(pool.running == 1)
    #expect(pool.admit(5, at: now) == .run)
  }

  @Test func nobodyOvertakesTheQueue() {
    let pool = Box(configuration(.lazy, maximum: 1, buffer: 8))
    for id in 1...4 as ClosedRange<UInt64> { _ = pool.admit(id, at: now) }
    var order: [UInt64] = []
    while let next = pool.release() { order.append(next) }
    #expect(order == [2, 3, 4])
    #expect(pool.running == 0)
  }

  @Test func callsThatAreGivenUpLeaveTheQueue() {
    let pool = Box(configuration(.static, maximum: 1, buffer: 2))
    for id in 1...3 as ClosedRange<UInt64> { _ = pool.admit(id, at: now) }
    #expect(pool.abandon(2))
    #expect(!pool.abandon(2))
    #expect(!pool.abandon(1))
    #expect(pool.waiting == 1)
    #expect(pool.release() == 3)
  }

  @Test func anAdaptivePoolGrowsWithWaitingAndShrinksWithoutWork() {
    let pool = Box(configuration(.adaptive, minimum: 1, maximum: 3, buffer: 8))
    #expect(pool.admit(1, at: now) == .run)
    let patience = now.advanced(byNanoseconds: PoolState.patience)
    #expect(pool.admit(2, at: now) == .wait(growAt: patience))
    // One timer is enough.
    #expect(pool.admit(3, at: now) == .wait(growAt: nil))
    #expect(pool.admit(4, at: now) == .wait(growAt: nil))
    let first = pool.grow(at: now)
    #expect(first.next == 2)
    #expect(first.again == patience)
    let second = pool.grow(at: now)
    #expect(second.next == 3)
    #expect(second.again == nil)
    #expect(pool.allowed == 3)
    #expect(pool.grow(at: now).next == nil)
    #expect(pool.release() == 4)
    for _ in 0..<3 { #expect(pool.release() == nil) }
    #expect(pool.allowed == 1)
    #expect(pool.running == 0)
  }

  @Test func queuesAreRead() throws {
    let project = try GuestProject([
      .init(name: "plain", guest: "greet", method: "greet", kind: "function.wasm"),
      .init(name: "lazy", guest: "greet", method: "greet", more: "pool: {type: lazy}", kind: "function.wasm"),
      .init(
        name: "static", guest: "greet", method: "greet", more: "pool: {type: static, size: 3, workers: 2}",
        kind: "function.wasm"),
      .init(
        name: "adaptive", guest: "greet", method: "greet", more: "pool: {type: adaptive, min_size: 2, max_size: 5}",
        kind: "function.wasm"),
      .init(name: "inline", guest: "greet", method: "greet", more: "pool: {type: inline}", kind: "function.wasm"),
    ])
    func pool(_ name: String) throws -> PoolConfiguration {
      try #require(project.runtime.pool(of: GuestProject.id(name))).configuration
    }
    #expect(try pool("plain").maximum == 100)
    #expect(try pool("lazy").maximum == 16)
    #expect(try pool("static").maximum == 2)
    #expect(try pool("static").buffer == 128)
    #expect(try pool("adaptive").minimum == 2)
    #expect(try pool("inline").maximum == .max)
    #expect(project.runtime.pool(of: GuestProject.id("binaries")) == nil)
  }
}

/// Calls through pools, with guests that wait.
@Suite struct PoolTests {
  private func project(_ pool: String) throws -> GuestProject {
    let project = try GuestProject([
      .init(
        name: "sleep", guest: "sleeper", method: "sleep-forever", more: "imports: [wasi:clocks]\npool: \(pool)",
        kind: "function.wasm"),
      .init(name: "greet", guest: "greet", method: "greet", more: "pool: \(pool)", kind: "function.wasm"),
    ])
    try project.runtime.startThreads()
    return project
  }

  private func call(
    _ project: GuestProject, _ name: String, _ arguments: [Value] = []
  ) async -> Result<ExitReason, RequestFailure> {
    await withCheckedContinuation { continuation in
      project.runtime.scheduler.call(
        CallRequest(entry: GuestProject.id(name), arguments: arguments, caller: nil)
      ) { continuation.resume(returning: $0) }
    }
  }

  @Test(arguments: ["{type: inline}", "{type: lazy, max_size: 2}", "{type: static, workers: 1}", "{type: adaptive}"])
  func everyKindAnswers(_ pool: String) async throws {
    let project = try project(pool)
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<50 {
        group.addTask {
          let result = await call(project, "greet", [.string("\(number)")])
          return result == .success(.normal(.string("Hello, \(number)!")))
        }
      }
      for await isRight in group { #expect(isRight) }
    }
    await project.runtime.shutdown()
  }

  @Test func aFullQueueIsAnError() async throws {
    let project = try project("{type: static, workers: 1, buffer: 1}")
    let scheduler = project.runtime.scheduler
    let ended = Mutex<[Bool]>([])
    let request = CallRequest(entry: GuestProject.id("sleep"), arguments: [.integer(3_600_000)], caller: nil)
    let tokens = (0..<2).map { _ in
      scheduler.call(request) { result in ended.withLock { $0.append((try? result.get()) != nil) } }
    }
    let refused = await call(project, "sleep", [.integer(3_600_000)])
    guard case .failure(let failure) = refused else {
      Issue.record("the third call is not refused")
      return
    }
    #expect(failure.kind == .unavailable)
    #expect(failure.retryable)
    // Those who have left the queue make room in it.
    _ = scheduler.cancelCall(tokens[1])
    #expect(ended.withLock { $0.count } == 1)
    let last = scheduler.call(request) { _ in }
    let pool = try #require(project.runtime.pool(of: GuestProject.id("sleep")))
    #expect(pool.use.waiting == 1)
    #expect(pool.counts.refused == 1)
    _ = scheduler.cancelCall(last)
    await project.runtime.shutdown()
  }

  @Test func aCallWaitsNoLongerThanItsDeadline() async throws {
    let project = try project("{type: static, workers: 1, buffer: 4}")
    let scheduler = project.runtime.scheduler
    scheduler.call(CallRequest(entry: GuestProject.id("sleep"), arguments: [.integer(3_600_000)], caller: nil)) { _ in }
    var request = CallRequest(entry: GuestProject.id("sleep"), arguments: [.integer(3_600_000)], caller: nil)
    request.deadline = scheduler.reactor.now().advanced(byNanoseconds: 1_000_000)
    let result: Result<ExitReason, RequestFailure> = await withCheckedContinuation { continuation in
      scheduler.call(request) { continuation.resume(returning: $0) }
    }
    guard case .failure(let failure) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(failure.kind == .timeout)
    await project.runtime.shutdown()
  }

  @Test func aDeadlineIsInherited() async throws {
    let project = try GuestProject(
      [
        .init(
          name: "sleep", guest: "sleeper", method: "sleep-forever", more: "imports: [wasi:clocks]",
          kind: "function.wasm")
      ],
      hosts: """
          - name: outer
            kind: function.lua
            source: |
              local funcs = require("funcs")
              function main() return funcs.call("guests:sleep", 3600000) end
            method: main
            modules: [funcs]
        """)
    try project.runtime.startThreads()
    let scheduler = project.runtime.scheduler
    var request = CallRequest(entry: GuestProject.id("outer"), caller: nil)
    request.deadline = scheduler.reactor.now().advanced(byNanoseconds: 20_000_000)
    let result: Result<ExitReason, RequestFailure> = await withCheckedContinuation { continuation in
      scheduler.call(request) { continuation.resume(returning: $0) }
    }
    // The outer one is ended by its own deadline, or hears first that the inner one was.
    switch result {
    case .success(.deadline): break
    case .success(.error(let value)): #expect(value?["kind"] == .string("TIMEOUT"))
    default: Issue.record("\(result)")
    }
    while !project.runtime.processes().isEmpty { await Task.yield() }
    await project.runtime.shutdown()
  }
}

/// `wippy:runtime/funcs`
@Suite struct FunctionCallerTests {
  private func project() throws -> GuestProject {
    try GuestProject([
      .init(name: "text", guest: "function_caller", method: "call-text", more: "imports: [funcs]"),
      .init(name: "binary", guest: "function_caller", method: "call-binary", more: "imports: [funcs]"),
      .init(name: "denied", guest: "function_caller", method: "call-text"),
      .init(name: "greet", guest: "greet", method: "greet", kind: "function.wasm"),
      .init(name: "trap", guest: "traps", method: "integer-divide-by-zero", kind: "function.wasm"),
      .init(
        name: "nested", guest: "function_caller", method: "call-text", more: "imports: [funcs]",
        kind: "function.wasm"),
      .init(
        name: "sleep", guest: "sleeper", method: "sleep-forever", more: "imports: [wasi:clocks]",
        kind: "function.wasm"),
    ])
  }

  @Test func guestsCallFunctions() async throws {
    let project = try project()
    #expect(try await project.value("text", ["\"guests:greet\"", "\"you\""]) == "\"Hello, you!\"")
    // In the caller's namespace.
    #expect(try await project.value("text", ["\"greet\"", "\"you\""]) == "\"Hello, you!\"")
    await project.runtime.shutdown()
  }

  @Test(arguments: [("nobody", "NOT_FOUND"), ("trap", "INTERNAL"), ("a b", "INVALID"), ("text", "INVALID")])
  func errorsSayWhatTheyAre(_ target: String, _ kind: String) async throws {
    let project = try project()
    let value = try await project.value("text", ["\"\(target)\"", "\"\""])
    #expect(value.hasPrefix("err \"\(kind): "), "\(value)")
    await project.runtime.shutdown()
  }

  @Test func withoutAGrantTheProcessEnds() async throws {
    let project = try project()
    let reason = try await project.run("denied", "\"greet\"", "\"\"")
    #expect(reason.kind == .capability)
    await project.runtime.shutdown()
  }

  @Test func theEndOfTheCallerEndsTheCall() async throws {
    let project = try project()
    let running = try await project.runtime.spawn(
      GuestProject.id("text"), arguments: [.string("sleep"), .string("")])
    // `sleep` takes no text.
    #expect(await running.exitReason().kind == .error)
    let caller = try await project.runtime.spawn(
      GuestProject.id("binary"), arguments: [.string("nested"), .bytes([])])
    _ = await caller.exitReason()
    #expect(project.runtime.processes().isEmpty)
    await project.runtime.shutdown()
  }
}
