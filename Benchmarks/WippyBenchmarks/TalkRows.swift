import Dispatch
import Synchronization
import WippyCore
import WippyProcess

/// Messages between programs that do nothing: what mailbox and scheduler cost, beside `erl`.
struct TalkRows {
  let samples: Int
  /// `nil` where Erlang is not installed.
  let erlang: ErlangRunner?

  func roundTrip(workers: Int) throws -> Row {
    let count = 500_000
    let scheduler = try BenchScheduler(workers: workers)
    defer { scheduler.stop() }
    return try row("round-trip", workers, count: count, unit: "ns", limit: .most(1000)) {
      let echo = EchoProgram()
      let peer = try scheduler.spawn(echo)
      let reason = try scheduler.run(PingProgram(peer, count: count))
      scheduler.scheduler.terminate(peer)
      guard case .normal(.integer(let time)) = reason else { throw BenchmarkError("ended with \(reason)") }
      return Double(time) / Double(count)
    }
  }

  func fanIn(workers: Int) throws -> Row {
    let count = 800_000
    let scheduler = try BenchScheduler(workers: workers)
    defer { scheduler.stop() }
    return try row("fan-in", workers, count: count, unit: "ns", limit: .most(2000)) {
      let done = DispatchSemaphore(value: 0)
      let end = Mutex(ExitReason.killed)
      let receiver = try scheduler.spawn(CountProgram(count)) { _, reason in
        end.withLock { $0 = reason }
        done.signal()
      }
      for _ in 0..<8 { _ = try scheduler.spawn(SendProgram(receiver, count: count / 8)) }
      done.wait()
      guard case .normal(.integer(let time)) = end.withLock({ $0 }) else { throw BenchmarkError("fan-in failed") }
      return Double(time) / Double(count)
    }
  }

  private func row(
    _ name: String, _ workers: Int, count: Int, unit: String, limit: Row.Limit, _ ours: () throws -> Double
  ) throws -> Row {
    let label = workers == 1 ? name : "\(name)-two-workers"
    guard let erlang else {
      _ = try ours()
      let times = try (0..<samples).map { _ in try ours() }
      return Row(
        label, unit: unit, ours: times.quantile(0.5), reference: nil, samples: samples, limit: limit,
        note: "no `erl` here")
    }
    return try Samples.alternating(samples, ours: ours) {
      try erlang.run(name, count: count, schedulers: workers)
    }.row(label, unit: unit, limit: limit, note: "`erl +S \(workers):\(workers)`")
  }
}

/// A program that receives and holds nothing.
private protocol TalkingProgram: ProcessProgram {}

extension TalkingProgram {
  var hasMailbox: Bool { true }
  var memoryInUse: UInt64 { 0 }
  func close() {}
  func interrupt() {}
}

/// Sends back what it gets.
private final class EchoProgram: TalkingProgram {
  private let hasStarted = Atomic<Bool>(false)

  func step(_ context: any ProcessContext) -> StepOutcome {
    guard hasStarted.exchange(true, ordering: .relaxed) else { return .started }
    while let event = context.receive() {
      guard case .message(let topic, let payload) = event.kind, let from = event.from else { continue }
      do throws(SendFailure) {
        try context.system.send(from: context.pid, to: from, topic: topic, payload: payload)
      } catch {
        return .exit(.error(.string("\(error)")))
      }
    }
    return .wait
  }
}

/// Sends a message and waits for it to come back, over and over; its value is the time in nanoseconds.
private final class PingProgram: TalkingProgram {
  private let peer: ProcessID
  private let total: Int
  private let left: Atomic<Int>
  private let start = Atomic<UInt64>(0)

  init(_ peer: ProcessID, count: Int) {
    self.peer = peer
    total = count
    left = Atomic(count)
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    if start.load(ordering: .relaxed) == 0 {
      start.store(clockNanoseconds(), ordering: .relaxed)
      return .started
    }
    let left = left.wrappingSubtract(1, ordering: .relaxed).oldValue
    if left < total, context.receive() == nil { return .exit(.error(.string("woken for nothing"))) }
    guard left > 0 else {
      return .exit(.normal(.integer(Int64(clockNanoseconds() - start.load(ordering: .relaxed)))))
    }
    do throws(SendFailure) {
      try context.system.send(from: context.pid, to: peer, topic: "ping", payload: PingProgram.payload)
    } catch {
      return .exit(.error(.string("\(error)")))
    }
    return .wait
  }

  static let payload: [Value] = [.integer(1)]
}

/// Sends messages as fast as their receiver takes them.
private final class SendProgram: TalkingProgram {
  private let receiver: ProcessID
  private let left: Atomic<Int>
  private let hasStarted = Atomic<Bool>(false)

  init(_ receiver: ProcessID, count: Int) {
    self.receiver = receiver
    left = Atomic(count)
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    guard hasStarted.exchange(true, ordering: .relaxed) else { return .started }
    var left = left.load(ordering: .relaxed)
    defer { self.left.store(left, ordering: .relaxed) }
    while left > 0 {
      do throws(SendFailure) {
        try context.system.send(from: context.pid, to: receiver, topic: "count", payload: PingProgram.payload)
        left -= 1
      } catch {
        guard case .mailboxFull = error else { return .exit(.error(.string("\(error)"))) }
        return .yield
      }
    }
    return .exit(.normal(nil))
  }
}

/// Counts what it gets; its value is the time in nanoseconds.
private final class CountProgram: TalkingProgram {
  private let left: Atomic<Int>
  private let start = Atomic<UInt64>(0)

  init(_ count: Int) {
    left = Atomic(count)
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    if start.load(ordering: .relaxed) == 0 {
      start.store(clockNanoseconds(), ordering: .relaxed)
      return .started
    }
    var left = left.load(ordering: .relaxed)
    while left > 0, context.receive() != nil { left -= 1 }
    self.left.store(left, ordering: .relaxed)
    guard left > 0 else {
      return .exit(.normal(.integer(Int64(clockNanoseconds() - start.load(ordering: .relaxed)))))
    }
    return .wait
  }
}
