import Testing
import WippyCore

@testable import WippyRuntime

/// `pool.reuse` and `pool.warm_start`.
@Suite struct ReuseTests {
  /// Counts its calls; what else it does is the argument's business.
  private static let counter = """
    (module
          (import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "clock_time_get"
            (func $time (param i32 i64 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 16) "part of a line")
          (global $calls (mut i32) (i32.const 0))
          (func (export "count") (param $deed i32) (result i32)
            (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
            (if (i32.eq (local.get $deed) (i32.const 1)) (then unreachable))
            (if (i32.eq (local.get $deed) (i32.const 2)) (then (loop (br 0))))
            (if (i32.eq (local.get $deed) (i32.const 3))
              (then (drop (call $time (i32.const 0) (i64.const 0) (i32.const 0)))))
            (if (i32.eq (local.get $deed) (i32.const 4))
              (then
                (i32.store (i32.const 0) (i32.const 16))
                (i32.store (i32.const 4) (i32.const 14))
                (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))))
            (if (i32.eq (local.get $deed) (i32.const 5))
              (then (drop (memory.grow (i32.const 3)))))
            (if (i32.eq (local.get $deed) (i32.const 6)) (then (return (memory.size))))
            (global.get $calls)))
    """

  private static func function(_ pool: String, more: String = "") -> String {
    """
      - name: count
        kind: function.wat
        method: count
        imports: [wasi:cli]
        pool: \(pool)
        \(more)
        source: |
          \(counter)
    """
  }

  private func project(_ pool: String, more: String = "", _ others: [GuestProject.Entry] = []) throws -> GuestProject {
    let project = try GuestProject(others, hosts: Self.function(pool, more: more), workers: 1)
    try project.runtime.startThreads()
    return project
  }

  private func call(_ project: GuestProject, _ deed: Int64 = 0, on name: String = "count") async -> ExitReason? {
    await withCheckedContinuation { continuation in
      project.runtime.scheduler.call(
        CallRequest(entry: GuestProject.id(name), arguments: [.integer(deed)], caller: nil)
      ) { continuation.resume(returning: try? $0.get()) }
    }
  }

  private func counts(_ project: GuestProject, _ count: Int) async -> [ExitReason?] {
    var results: [ExitReason?] = []
    for _ in 0..<count { results.append(await call(project)) }
    return results
  }

  private func normal(_ numbers: Int64...) -> [ExitReason?] { numbers.map { .normal(.integer($0)) } }

  private func idle(_ project: GuestProject) throws -> IdleGuests {
    try #require(project.runtime.pool(of: GuestProject.id("count"))?.idleGuests)
  }

  @Test(arguments: ["{type: static, workers: 1, reuse: 3}", "{type: adaptive, reuse: 3}"])
  func anInstanceServesAsManyCallsAsItMay(_ pool: String) async throws {
    let project = try project(pool)
    let results = await counts(project, 6)
    #expect(results == normal(1, 2, 3, 1, 2, 3), "\(results)")
    #expect(try idle(project).counts.retired == 2)
    await project.runtime.shutdown()
    #expect(project.runtime.engineUse.processes == 0)
  }

  /// Where idle instances leave, a slow machine may have a call find none.
  @Test(arguments: ["{type: lazy, max_size: 2, reuse: 3}", "{reuse: 3}"])
  func noInstanceServesMoreCallsThanItMay(_ pool: String) async throws {
    let project = try project(pool)
    var last: Int64 = 0
    for result in await counts(project, 6) {
      guard case .normal(.integer(let number)) = result else { Issue.record("\(String(describing: result))"); continue }
      #expect(number == 1 || number == last + 1 && number <= 3)
      last = number
    }
    await project.runtime.shutdown()
    #expect(project.runtime.engineUse.processes == 0)
  }

  @Test(arguments: ["{}", "{type: static, workers: 1}", "{type: inline, reuse: 9}", "{warm_start: true}"])
  func withoutReuseNobodySeesWhatOthersLeft(_ pool: String) async throws {
    let project = try project(pool)
    #expect(await counts(project, 3) == normal(1, 1, 1))
    await project.runtime.shutdown()
    #expect(project.runtime.engineUse.processes == 0)
  }

  @Test(arguments: [1, 2, 3] as [Int64])
  func aCallThatFailsTakesItsInstanceAlong(_ deed: Int64) async throws {
    let project = try project("{type: static, workers: 1, reuse: 100}", more: "limits: {max_cpu_ms: 300}")
    #expect(await counts(project, 2) == normal(1, 2))
    let kind = await call(project, deed)?.kind
    #expect(kind == [1: .trap, 2: .cpu, 3: .capability][deed])
    #expect(try idle(project).count == 0)
    #expect(await counts(project, 2) == normal(1, 2))
    await project.runtime.shutdown()
    #expect(project.runtime.engineUse.processes == 0)
  }

  @Test func aCancelledCallTakesItsInstanceAlong() async throws {
    let project = try project("{type: static, workers: 1, reuse: 100}")
    #expect(await counts(project, 1) == normal(1))
    let scheduler = project.runtime.scheduler
    await withCheckedContinuation { continuation in
      let token = scheduler.call(
        CallRequest(entry: GuestProject.id("count"), arguments: [.integer(2)], caller: nil)
      ) { _ in continuation.resume() }
      _ = scheduler.cancelCall(token)
    }
    while project.runtime.processes().contains(where: { $0.entry == GuestProject.id("count") }) { await Task.yield() }
    #expect(try idle(project).count <= 1)
    // The call may have been given up before it had its instance.
    let next = await call(project)
    #expect(next == .normal(.integer(1)) || next == .normal(.integer(2)))
    await project.runtime.shutdown()
    #expect(project.runtime.engineUse.processes == 0)
  }

  @Test func deadlinesBelongToCalls() async throws {
    let project = try project("{type: static, workers: 1, reuse: 100}")
    #expect(await counts(project, 1) == normal(1))
    var request = CallRequest(entry: GuestProject.id("count"), arguments: [.integer(2)], caller: nil)
    request.deadline = project.runtime.reactor.now().advanced(byNanoseconds: 200_000_000)
    let result = await withCheckedContinuation { continuation in
      project.runtime.scheduler.call(request) { continuation.resume(returning: try? $0.get()) }
    }
    #expect(result?.kind == .deadline)
    #expect(await counts(project, 2) == normal(1, 2))
    await project.runtime.shutdown()
  }

  @Test func memoryStaysWithItsInstance() async throws {
    let project = try project("{type: static, workers: 1, reuse: 100}", more: "limits: {max_memory: 256KiB}")
    #expect(await call(project, 5) == .normal(.integer(1)))
    #expect(await call(project, 6) == .normal(.integer(4)))
    // The limit is the instance's: it has all that it may have.
    #expect(await call(project, 5) == .normal(.integer(3)))
    #expect(await call(project, 6) == .normal(.integer(4)))
    await project.runtime.shutdown()
  }

  @Test func instancesAreThereBeforeTheFirstCall() async throws {
    let project = try project("{type: static, workers: 3, reuse: 2, warm_start: true}")
    let idle = try idle(project)
    while idle.count < 3 { await Task.yield() }
    #expect(project.runtime.engineUse.processes == 3)
    #expect(await counts(project, 3) == normal(1, 2, 1))
    #expect(idle.counts.taken == 3)
    await project.runtime.shutdown()
    #expect(idle.count == 0)
    #expect(project.runtime.engineUse.processes == 0)
  }

  @Test func aProgramsBeginningRunsOnceInAnInstance() async throws {
    let project = try GuestProject([
      .init(
        name: "hello", guest: "preview1_hello", method: "_start",
        more: "imports: [wasi:cli]\npool: {reuse: 5, warm_start: true}", kind: "function.wasm")
    ])
    try project.runtime.startThreads()
    let idle = try #require(project.runtime.pool(of: GuestProject.id("hello"))?.idleGuests)
    for _ in 0..<2 {
      let result = await withCheckedContinuation { continuation in
        project.runtime.scheduler.call(CallRequest(entry: GuestProject.id("hello"), caller: nil)) {
          continuation.resume(returning: try? $0.get())
        }
      }
      #expect(result?.kind == .normal)
    }
    #expect(idle.counts.taken == 0)
    await project.runtime.shutdown()
  }

  @Test func everyCallIsAProcessOfItsOwn() async throws {
    let project = try project("{type: static, workers: 1, reuse: 100}")
    let before = project.runtime.scheduler.metrics().spawned
    #expect(await counts(project, 3) == normal(1, 2, 3))
    #expect(project.runtime.scheduler.metrics().spawned - before == 3)
    await project.runtime.shutdown()
  }

  @Test func guestsAndLuaCallThem() async throws {
    let project = try GuestProject(
      [
        .init(name: "text", guest: "function_caller", method: "call-text", more: "imports: [funcs]"),
        .init(
          name: "greet", guest: "greet", method: "greet", more: "pool: {type: static, workers: 1, reuse: 1000}",
          kind: "function.wasm"),
      ],
      hosts: Self.function("{type: static, workers: 1, reuse: 1000}") + """

          - name: outer
            kind: function.lua
            source: |
              local funcs = require("funcs")
              function main()
                local last
                for i = 1, 5 do last = funcs.call("guests:count", 0) end
                return last
              end
            method: main
            modules: [funcs]
        """)
    try project.runtime.startThreads()
    let result = await withCheckedContinuation { continuation in
      project.runtime.scheduler.call(CallRequest(entry: GuestProject.id("outer"), caller: nil)) {
        continuation.resume(returning: try? $0.get())
      }
    }
    #expect(result == .normal(.integer(5)))
    for name in ["you", "me"] {
      #expect(try await project.value("text", ["\"greet\"", "\"\(name)\""]) == "\"Hello, \(name)!\"")
    }
    #expect(project.runtime.pool(of: GuestProject.id("greet"))?.idleGuests?.counts.taken == 1)
    await project.runtime.shutdown()
    #expect(project.runtime.engineUse.processes == 0)
  }

  @Test func requestsOfBothTransportsReuseInstances() async throws {
    let project = try GuestProject(
      [
        .init(
          name: "greet", guest: "greet", method: "greet", more: "pool: {type: static, workers: 1, reuse: 1000}",
          kind: "function.wasm"),
        .init(
          name: "component", guest: "http_server", method: "handle",
          more: "transport: wasi-http\npool: {type: static, workers: 1, reuse: 4}\nimports: [wasi:io, wasi:clocks]",
          kind: "function.wasm"),
      ],
      hosts: HTTPServiceTests.service + HTTPServiceTests.endpoint("e1", "POST", "/greet", "greet")
        + HTTPServiceTests.endpoint("e2", "POST", "/echo", "component")
        + HTTPServiceTests.endpoint("e3", "GET", "/trap", "component"))
    try await project.runtime.startServices()
    let port = try #require(project.runtime.port(of: GuestProject.id("gateway")))
    for number in 0..<5 {
      let greeting = await project.runtime.send(
        "/api/greet", to: port, method: "POST", body: HTTPBody(Array("\(number)".utf8)), fields: [])
      #expect(greeting?.text == "Hello, \(number)!")
    }
    #expect(project.runtime.pool(of: GuestProject.id("greet"))?.idleGuests?.counts.taken == 4)
    // The guest never drops its requests: they go with their calls.
    for _ in 0..<6 {
      #expect(await project.runtime.send("/api/echo", to: port, method: "POST", body: nil, fields: [])?.status == 404)
    }
    let idle = try #require(project.runtime.pool(of: GuestProject.id("component"))?.idleGuests)
    #expect(idle.counts.taken == 4)
    #expect(idle.counts.retired == 1)
    await project.runtime.shutdown()
    #expect(project.runtime.engineUse.processes == 0)
  }
}
