import Dispatch
import Synchronization
import WippyCore
import WippyLua
import WippyProcess

/// How long others wait for their turn while programs compute without end.
struct FairnessRows {
  let samples: Int

  /// A Lua loop, a guest's loop and a hundred programs that timers wake, on one worker: from the wake to the step, p99.
  func computing() throws -> Row {
    let guest = try BenchGuest(processes: 100)
    let scheduler = try BenchScheduler(workers: 1)
    defer { scheduler.stop() }
    let services = LuaServices(modules: [:], wallClock: { WallTime(seconds: 0, nanoseconds: 0) }, randomness: { _ in })
    let chunk = try LuaChunk.compile("return {main = function() while true do end end}", name: "loop.lua")
    let loops = [
      try scheduler.spawn(
        LuaProgram(unit: LuaUnit(chunk: chunk, entry: "bench:loop", modules: []), method: "main", services: services)),
      try scheduler.spawn(try guest.program("spin", 0)),
    ]
    let delays = Mutex<[Double]>([])
    let done = DispatchSemaphore(value: 0)
    let rounds = samples * 5
    for index in 0..<100 {
      let program = WakingProgram(rounds: rounds, offset: UInt64(index)) { all in
        delays.withLock { $0 += all }
      }
      _ = try scheduler.spawn(program) { _, _ in done.signal() }
    }
    for _ in 0..<100 { done.wait() }
    for loop in loops { scheduler.scheduler.terminate(loop) }
    let all = delays.withLock { $0 }
    return Row(
      "fairness", unit: "ms", ours: all.quantile(0.99), reference: nil, samples: all.count, limit: .most(5),
      note: "p99; p50 \(Text.number(all.quantile(0.5)))")
  }
}

/// Sleeps for some milliseconds, over and over, and notes how long after each wake its step came.
private final class WakingProgram: ProcessProgram {
  private let left: Atomic<Int>
  private let offset: UInt64
  private let wokenAt = Atomic<UInt64>(0)
  private let hasStarted = Atomic<Bool>(false)
  private let delays = Mutex<[Double]>([])
  private let onEnd: @Sendable ([Double]) -> Void

  init(rounds: Int, offset: UInt64, onEnd: @escaping @Sendable ([Double]) -> Void) {
    left = Atomic(rounds)
    self.offset = offset
    self.onEnd = onEnd
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    guard hasStarted.exchange(true, ordering: .relaxed) else { return .started }
    let now = context.reactor.now()
    let woken = wokenAt.load(ordering: .acquiring)
    if woken > 0 {
      delays.withLock { $0.append(Double(now.nanoseconds &- woken) / 1_000_000) }
      guard left.wrappingSubtract(1, ordering: .relaxed).newValue > 0 else {
        onEnd(delays.withLock { $0 })
        return .exit(.normal(nil))
      }
    }
    let pause = 10_000_000 + offset * 37_000 % 5_000_000
    _ = context.reactor.schedule(at: now.advanced(byNanoseconds: pause)) { [self, weak context] in
      guard let context else { return }
      wokenAt.store(context.reactor.now().nanoseconds, ordering: .releasing)
      context.wake()
    }
    return .wait
  }

  func close() {}
  func interrupt() {}
  var memoryInUse: UInt64 { 0 }
}
