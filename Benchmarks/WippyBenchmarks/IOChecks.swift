import Dispatch
import Foundation
import Glibc
import Synchronization
import WippyCore
import WippyRuntime

/// Checks of many processes that wait for timers, sockets and files.
struct IOChecks {
  let options: Options

  /// `false` when a check failed.
  func run() throws -> Bool {
    var isGood = true
    if let count = options.wakes { isGood = try wakes(count) && isGood }
    if let count = options.echoes { isGood = try echoes(count) && isGood }
    if let count = options.files { isGood = try files(count) && isGood }
    return isGood
  }

  // MARK: Timers

  /// Processes asleep, each until a point in time of its own.
  private func wakes(_ count: Int) throws -> Bool {
    let project = try BenchmarkProject(
      guests: [
        .init(
          name: "sleeper", binary: "sleeper/sleeper.wasm", method: "sleep-ms",
          lines: ["imports: [wasi:clocks, wasi:io]"])
      ], guestDirectory: options.guests)
    let laboratory = try Laboratory(project: project, guestDirectory: options.guests, workers: 2)
    let entry = try laboratory.entry("sleeper")
    let ends = Ends()
    let began = clockNanoseconds()
    var durations: [Int64] = []
    for index in 0..<count {
      // All deadlines lie after the last spawn, a millisecond between two of them.
      let due = 10_000 + Int64(index)
      let passed = Int64((clockNanoseconds() - began) / 1_000_000)
      durations.append(due - passed)
      try laboratory.spawn(entry, [.integer(due - passed)], onExit: { _, reason in ends.add(index, reason) })
    }
    let spawned = clockNanoseconds()
    let processor = processorSeconds()
    ends.wait(count)
    let seconds = Double(clockNanoseconds() - spawned) / 1e9
    let used = processorSeconds() - processor
    var late: [Double] = []
    for (index, reason) in ends.all {
      guard case .normal(let value?) = reason, let slept = integer(value) else {
        print("process \(index) ended otherwise: \(reason)")
        return false
      }
      late.append(Double(slept - durations[index]))
    }
    let share = Double(late.count { $0 < 5 }) / Double(count)
    print(
      "\(count) sleepers: \(Text.number(share * 100)) % woke within 5 ms (p50 \(Text.number(late.quantile(0.5))) ms, "
        + "p99 \(Text.number(late.quantile(0.99))) ms, most \(Text.number(late.quantile(1))) ms); "
        + "\(Text.number(used / seconds * 100)) % of a processor while \(Text.number(seconds)) s passed")
    return share >= 0.99
  }

  // MARK: Sockets

  /// Processes that each hold a connection to an echo on loopback.
  private func echoes(_ count: Int) throws -> Bool {
    let rounds: Int64 = 1000
    let server = try EchoServer()
    let project = try BenchmarkProject(
      guests: [
        .init(
          name: "rounds", binary: "sockets/sockets.wasm", method: "tcp-rounds",
          lines: ["imports: [wasi:sockets, wasi:clocks]", "wasi: {network: {allow: [\"127.0.0.1:\(server.port)\"]}}"])
      ], guestDirectory: options.guests)
    let laboratory = try Laboratory(project: project, guestDirectory: options.guests, workers: 2)
    let entry = try laboratory.entry("rounds")
    let ends = Ends()
    let start = clockNanoseconds()
    for index in 0..<count {
      try laboratory.spawn(
        entry, [.integer(Int64(server.port)), .integer(rounds)], onExit: { _, reason in ends.add(index, reason) })
    }
    ends.wait(count)
    let seconds = Double(clockNanoseconds() - start) / 1e9
    var right: Int64 = 0
    for (index, reason) in ends.all {
      guard case .normal(let value?) = reason, let number = integer(value) else {
        print("process \(index) ended otherwise: \(reason)")
        continue
      }
      right += number
    }
    let wanted = Int64(count) * rounds
    print("\(count) echoes: \(right) of \(wanted) messages came back, \(Text.number(Double(right) / seconds)) a second")
    return right == wanted
  }

  // MARK: Descriptors

  /// Processes that open files and end in every way.
  private func files(_ count: Int) throws -> Bool {
    let project = try BenchmarkProject(
      guests: [
        .init(
          name: "files", binary: "open_files/open_files.wasm", method: "end",
          lines: ["imports: [wasi1]", "wasi: {mounts: [{fs: bin, guest: /, read_only: true}]}"]),
        .init(
          name: "deadline", binary: "open_files/open_files.wasm", method: "end",
          lines: [
            "imports: [wasi1]", "wasi: {mounts: [{fs: bin, guest: /, read_only: true}]}",
            "limits: {max_execution_ms: 20}",
          ]),
      ], guestDirectory: options.guests)
    try writeFile([65], to: "\(project.path)/wasm/file")
    let laboratory = try Laboratory(project: project, guestDirectory: options.guests, workers: 2)
    let free = try laboratory.entry("files")
    let limited = try laboratory.entry("deadline")
    var kinds: [String: Int] = [:]
    func round(_ first: Int, _ number: Int) throws {
      let ends = Ends()
      for index in first..<first + number {
        // Return, trap, exit, and computing or sleeping until killed or until the deadline.
        let way = Int64(index % 7)
        let entry = way >= 5 ? limited : free
        let pid = try laboratory.spawn(
          entry, [.integer(way >= 5 ? way - 2 : way)],
          onStarted: { result in if case .failed(let reason) = result { ends.add(index, reason) } },
          onExit: { _, reason in ends.add(index, reason) })
        if way == 3 || way == 4 {
          usleep(200)
          laboratory.runtime.terminate(pid)
        }
      }
      ends.wait(number)
      for (_, reason) in ends.all { kinds[reason.kind.rawValue, default: 0] += 1 }
    }
    try round(0, 70)
    let before = try Usage(laboratory.runtime)
    var done = 0
    while done < count {
      try round(done, min(70, count - done))
      done += min(70, count - done)
    }
    // What the pool was doing for a killed process ends without it.
    usleep(200_000)
    let after = try Usage(laboratory.runtime)
    print("\(count) processes with open files: \(kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })")
    print("descriptors: \(before.descriptors) before, \(after.descriptors) after")
    return after.descriptors <= before.descriptors
  }

  private func integer(_ value: Value) -> Int64? {
    switch value {
    case .integer(let number): number
    case .unsigned(let number): Int64(exactly: number)
    default: nil
    }
  }

  private func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }
}

/// How processes ended, by number.
private final class Ends: Sendable {
  private let reasons = Mutex<[Int: ExitReason]>([:])
  private let ended = DispatchSemaphore(value: 0)

  func add(_ index: Int, _ reason: ExitReason) {
    reasons.withLock { $0[index] = reason }
    ended.signal()
  }

  func wait(_ count: Int) {
    for _ in 0..<count { ended.wait() }
  }

  var all: [Int: ExitReason] { reasons.withLock { $0 } }
}
