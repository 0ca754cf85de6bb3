import Dispatch
import Foundation
import Synchronization
import WippyCore
import WippyProcess
import WippyRuntime

/// Lua processes of a project, through everything that a project's have. What is timed is timed by the programs.
struct LuaRows {
  let guestDirectory: String
  let samples: Int
  /// `nil` where Erlang is not installed.
  let erlang: ErlangRunner?

  private static let sources: [(name: String, text: String)] = [
    ("child", "return {main = function() end}"),
    (
      "spawn",
      """
      local time = require("time")
      return {main = function(n)
        local start = time.now():unix_nano()
        for i = 1, n do
          process.spawn_monitored("bench:child", "bench:processes")
          if process.receive().type ~= "EXIT" then error("no end") end
        end
        return time.now():unix_nano() - start
      end}
      """
    ),
    (
      "echo",
      """
      return {main = function(n)
        for i = 1, n do
          local event = process.receive()
          process.send(event.from, "echo", i)
        end
      end}
      """
    ),
    (
      "ping",
      """
      local time = require("time")
      return {main = function(n)
        local peer = process.spawn("bench:echo", "bench:processes", n)
        local start = time.now():unix_nano()
        for i = 1, n do
          process.send(peer, "ping", i)
          process.receive()
        end
        return time.now():unix_nano() - start
      end}
      """
    ),
    (
      "loop",
      """
      local time = require("time")
      return {main = function(n)
        local start = time.now():unix_nano()
        local sum = 0
        for i = 1, n do sum = sum + i end
        return time.now():unix_nano() - start
      end}
      """
    ),
    ("park", "return {main = function() process.receive() end}"),
  ]

  private func laboratory(workers: Int) throws -> Laboratory {
    let project = try BenchmarkProject(guests: [], guestDirectory: guestDirectory, luaSources: LuaRows.sources)
    return try Laboratory(project: project, guestDirectory: guestDirectory, workers: workers)
  }

  func spawn(workers: Int) throws -> Row {
    let count = 20_000
    let laboratory = try laboratory(workers: workers)
    return try row("lua-spawn", workers, unit: "us", limit: .most(30)) {
      try laboratory.nanoseconds("spawn", count) / Double(count) / 1000
    } reference: {
      try $0.run("spawn", count: count, schedulers: workers) / 1000
    }
  }

  func roundTrip(workers: Int) throws -> Row {
    let count = 100_000
    let laboratory = try laboratory(workers: workers)
    return try row("lua-round-trip", workers, unit: "us", limit: .most(5)) {
      try laboratory.nanoseconds("ping", count) / Double(count) / 1000
    } reference: {
      try $0.run("round-trip", count: count, schedulers: workers) / 1000
    }
  }

  private func row(
    _ name: String, _ workers: Int, unit: String, limit: Row.Limit, ours: () throws -> Double,
    reference: (ErlangRunner) throws -> Double
  ) throws -> Row {
    let label = workers == 1 ? name : "\(name)-two-workers"
    guard let erlang else {
      _ = try ours()
      let times = try (0..<samples).map { _ in try ours() }
      return Row(
        label, unit: unit, ours: times.quantile(0.5), reference: nil, samples: samples, limit: limit,
        note: "no `erl` here")
    }
    return try Samples.alternating(samples, ours: ours) { try reference(erlang) }
      .row(label, unit: unit, limit: limit, note: "`erl +S \(workers):\(workers)`")
  }

  /// Additions, beside the plain interpreter.
  func loop() throws -> Row {
    let count = 50_000_000
    let laboratory = try laboratory(workers: 1)
    guard let lua = ErlangRunner.find("lua5.4") else {
      let time = try laboratory.nanoseconds("loop", count) / 1_000_000
      return Row("lua-loop", unit: "ms", ours: time, reference: nil, samples: 1, note: "no `lua5.4` here")
    }
    let directory = FileManager.default.temporaryDirectory.path
    let script = "\(directory)/wippy-loop.lua"
    let output = "\(directory)/wippy-loop.out"
    let text = """
      local start = os.clock()
      local sum = 0
      for i = 1, \(count) do sum = sum + i end
      print((os.clock() - start) * 1000)
      """
    try writeFile(Array(text.utf8), to: script)
    defer {
      unlink(script)
      unlink(output)
    }
    return try Samples.alternating(samples) {
      try laboratory.nanoseconds("loop", count) / 1_000_000
    } reference: {
      _ = try ChildProcess([lua, script], in: directory, environment: [], output: output)
      let text = try String(contentsOfFile: output, encoding: .utf8)
      guard let time = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
        throw BenchmarkError("lua5.4 printed `\(text)`, not a time")
      }
      return time
    }.row("lua-loop", unit: "ms", limit: .ratio(1.05), note: "`lua5.4`")
  }

  /// The memory of processes that wait, each.
  func parked() throws -> Row {
    let count = 20_000
    let laboratory = try laboratory(workers: 1)
    try laboratory.park(100)
    let before = try Usage(laboratory.runtime).memory
    try laboratory.park(count)
    let bytes = Double(try Usage(laboratory.runtime).memory - before) / Double(count)
    return Row(
      "lua-parked-bytes", unit: "bytes", ours: bytes,
      reference: try erlang.map { try $0.run("parked-bytes", count: count, schedulers: 1) }, samples: 1,
      limit: .most(24 * 1024), note: "\(count) processes; the whole program's memory")
  }
}

extension Laboratory {
  /// Spawns as a process does, and waits for the start.
  private func start(_ name: String, _ arguments: [Value], onEnd: @escaping @Sendable (ExitReason) -> Void) {
    let request = SpawnRequest(entry: EntryID(namespace: "bench", name: name), host: host.id, arguments: arguments)
    let started = DispatchSemaphore(value: 0)
    runtime.scheduler.spawn(request) { [runtime] result in
      switch result {
      case .success(let pid): runtime.scheduler.monitor(pid) { _, reason in onEnd(reason) }
      case .failure(let failure): onEnd(.start(failure.message))
      }
      started.signal()
    }
    started.wait()
  }

  /// What a program that times itself returns.
  fileprivate func nanoseconds(_ name: String, _ count: Int) throws -> Double {
    let done = DispatchSemaphore(value: 0)
    let end = Mutex(ExitReason.killed)
    start(name, [.integer(Int64(count))]) { reason in
      end.withLock { $0 = reason }
      done.signal()
    }
    done.wait()
    let reason = end.withLock { $0 }
    guard case .normal(.integer(let time)?) = reason else { throw BenchmarkError("\(name) ended with \(reason)") }
    return Double(time)
  }

  fileprivate func park(_ count: Int) throws {
    let failure = Mutex<ExitReason?>(nil)
    for _ in 0..<count { start("park", []) { reason in failure.withLock { $0 = reason } } }
    if let reason = failure.withLock({ $0 }) { throw BenchmarkError("a process ended with \(reason)") }
  }
}
