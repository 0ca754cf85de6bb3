import Dispatch
import Foundation
import Glibc
import Synchronization
import WippyCore
import WippyRuntime

/// Checks that are not timings: many processes at once, and many one after the other.
struct Checks {
  let options: Options
  private let laboratory: Laboratory

  init(options: Options) throws {
    self.options = options
    let waits = ["imports: [wasi:clocks, wasi:io]"]
    let project = try BenchmarkProject(
      guests: [
        .init(name: "compute", binary: "compute/compute.wasm", method: "compute"),
        .init(name: "greet", binary: "greet/greet.wasm", method: "greet"),
        .init(name: "trap", binary: "traps/traps.wasm", method: "unreachable"),
        .init(name: "spin", binary: "spin/spin.wasm", method: "spin"),
        .init(name: "sleeper", binary: "sleeper/sleeper.wasm", method: "sleep-forever", lines: waits),
      ], guestDirectory: options.guests)
    laboratory = try Laboratory(project: project, guestDirectory: options.guests, workers: 2)
    kept = project
  }

  private let kept: BenchmarkProject

  /// `false` when a check failed.
  func run() throws -> Bool {
    var isGood = true
    if let count = options.cycles { isGood = try cycles(count) && isGood }
    if let count = options.sleepers { isGood = try sleepers(count) && isGood }
    return isGood
  }

  // MARK: Many at once

  private func sleepers(_ count: Int) throws -> Bool {
    let entry = try laboratory.entry("sleeper")
    let crowd = Crowd()
    // One of them first: its code is loaded, and the allocator has its arenas.
    try crowd.spawn(entry, 1, on: laboratory)
    crowd.endAll(laboratory.runtime)
    let before = try Usage(laboratory.runtime)
    print("before:            \(before)")
    let start = clockNanoseconds()
    try crowd.spawn(entry, count, on: laboratory)
    let time = Double(clockNanoseconds() - start) / 1000 / Double(count)
    print("\(count) sleepers:    \(try Usage(laboratory.runtime)); \(Text.number(time)) us for each")
    var refusal: String?
    var more = 0
    while refusal == nil, more < 200_000 {
      do {
        try crowd.spawn(entry, 1, on: laboratory)
        more += 1
      } catch {
        refusal = "\(error)"
      }
    }
    print("one too many:      after \(count + more): \(refusal ?? "was never refused")")
    print("at the most:       \(try Usage(laboratory.runtime))")
    let end = clockNanoseconds()
    crowd.endAll(laboratory.runtime)
    print("ended:             \(Text.number(Double(clockNanoseconds() - end) / 1_000_000)) ms")
    // Engines that are idle are dropped after ten seconds.
    var after = try Usage(laboratory.runtime)
    for _ in 0..<60 where after.engines > 1 {
      sleep(1)
      after = try Usage(laboratory.runtime)
    }
    sleep(1)
    after = try Usage(laboratory.runtime)
    print("after:             \(after)")
    return verdict([
      ("memory", after.memory <= before.memory + (32 << 20)),
      ("mappings", after.mappings <= before.mappings + 500), ("descriptors", after.descriptors <= before.descriptors),
      ("places", after.places == 0), ("refusal", refusal != nil),
    ])
  }

  // MARK: Many in turn

  private func cycles(_ count: Int) throws -> Bool {
    let compute = try laboratory.entry("compute")
    let greet = try laboratory.entry("greet")
    let trap = try laboratory.entry("trap")
    let spin = try laboratory.entry("spin")
    let sleeper = try laboratory.entry("sleeper")
    let outcomes = Mutex<[String: Int]>([:])
    func cycle(_ index: Int) throws {
      switch index % 5 {
      case 0: try end(of: compute, [.integer(6), .integer(7)], outcomes)
      case 1: try end(of: greet, [.string("Ada")], outcomes)
      case 2: try end(of: trap, [], outcomes)
      case 3: try end(of: spin, [], outcomes, killed: true)
      default: try end(of: sleeper, [.integer(1000)], outcomes, killed: true)
      }
    }
    for index in 0..<max(1000, count / 10) { try cycle(index) }
    let before = try Usage(laboratory.runtime)
    print("before:            \(before)")
    for index in 0..<count { try cycle(index) }
    let after = try Usage(laboratory.runtime)
    print("after \(count):      \(after)")
    print("ends:              \(outcomes.withLock { $0.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" } })")
    return verdict([
      ("memory", after.memory <= before.memory + (8 << 20)), ("mappings", after.mappings <= before.mappings + 100),
      ("descriptors", after.descriptors <= before.descriptors), ("threads", after.threads <= before.threads),
      ("places", after.places == 0 && after.engines <= before.engines),
    ])
  }

  /// Runs one process to its end, killing it once it has started where `killed` says so.
  private func end(
    of entry: LoadedEntry, _ arguments: [Value], _ outcomes: borrowing Mutex<[String: Int]>, killed: Bool = false
  ) throws {
    let end = End()
    let started = DispatchSemaphore(value: 0)
    let pid = try laboratory.spawn(entry, arguments) { result in
      if case .failed(let reason) = result { end.complete(reason) }
      started.signal()
    } onExit: { _, reason in
      end.complete(reason)
    }
    started.wait()
    if killed { laboratory.runtime.terminate(pid) }
    let kind = end.wait().kind.rawValue
    outcomes.withLock { $0[kind, default: 0] += 1 }
  }

  private func verdict(_ parts: [(name: String, isGood: Bool)]) -> Bool {
    let bad = parts.filter { !$0.isGood }.map(\.name)
    print(bad.isEmpty ? "nothing is left over" : "NOT GOOD: \(bad.joined(separator: ", "))")
    return bad.isEmpty
  }
}

/// The end of one process.
private final class End: Sendable {
  private let reason = Mutex<ExitReason>(.noproc)
  private let done = DispatchSemaphore(value: 0)

  func complete(_ reason: ExitReason) {
    self.reason.withLock { $0 = reason }
    done.signal()
  }

  func wait() -> ExitReason {
    done.wait()
    return reason.withLock { $0 }
  }
}

/// Many processes at once.
private final class Crowd: Sendable {
  private let pids = Mutex<[ProcessID]>([])
  private let failures = Mutex<[ExitReason]>([])
  private let started = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// Spawns, and waits until all have started.
  func spawn(_ entry: LoadedEntry, _ count: Int, on laboratory: Laboratory) throws {
    for _ in 0..<count {
      let pid = try laboratory.spawn(entry, [.integer(3_600_000)]) { [self] result in
        if case .failed(let reason) = result { failures.withLock { $0.append(reason) } }
        started.signal()
      } onExit: { [self] _, _ in
        ended.signal()
      }
      pids.withLock { $0.append(pid) }
    }
    for _ in 0..<count { started.wait() }
    if let reason = failures.withLock({ $0.first }) { throw BenchmarkError("a start failed: \(reason)") }
  }

  /// Ends all, and waits for the last.
  func endAll(_ runtime: Runtime) {
    let all = pids.withLock { pids in
      defer { pids = [] }
      return pids
    }
    var count = 0
    for pid in all where runtime.terminate(pid) { count += 1 }
    for _ in 0..<count { ended.wait() }
  }
}
