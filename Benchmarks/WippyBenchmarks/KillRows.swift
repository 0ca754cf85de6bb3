import CBareEngine
import Dispatch
import Glibc
import Synchronization
import WippyCore
import WippyProcess

/// From `terminate`, called by another thread, to the monitor.
struct KillRows {
  let count: Int
  /// A p99 is the median of this many ones, so that one bad moment of the machine is not the result.
  let samples: Int

  func computing() throws -> Row {
    let guest = try BenchGuest(processes: 100)
    let scheduler = try BenchScheduler(workers: 0)
    defer { scheduler.stop() }
    let times = try (0..<count).map { _ in try kill(try guest.program("spin", 0), on: scheduler, in: .running)
    }
    let size = times.count / samples
    let p99 = (0..<samples).map { Array(times[($0 * size)..<(($0 + 1) * size)]).quantile(0.99) }
    return Row(
      "kill-computing", unit: "us", ours: p99.quantile(0.5), reference: 200, samples: samples,
      limit: .ratio(1),
      note: """
        p99 of \(size) kills; of all \(Text.number(times.quantile(0.99))), p50 \(Text.number(times.quantile(0.5))); \
        the reference is the limit
        """)
  }

  func waiting() throws -> Row {
    let guest = try BenchGuest(processes: 100, waitsForever: true)
    let scheduler = try BenchScheduler(workers: 0)
    defer { scheduler.stop() }
    let engine = try Laboratory.bareEngine()
    guard let bare = bare_core_new(engine, guest.wasm, guest.wasm.count, "hold") else {
      throw BenchmarkError("hold")
    }
    defer {
      bare_core_delete(bare)
      bare_engine_delete(engine)
    }
    var p99 = 0.0
    let samples = try Samples.alternating(count) {
      try kill(try guest.program("hold", 1), on: scheduler, in: .waiting)
    } reference: {
      guard let call = bare_suspended_new(bare, 1) else { throw BenchmarkError("the bare engine failed") }
      return nanoseconds { bare_suspended_delete(call) } / 1000
    }
    p99 = samples.ours.quantile(0.99)
    return samples.row(
      "kill-waiting", unit: "us",
      note: "p99 \(Text.number(p99)); ours crosses two threads, the reference none")
  }

  /// Microseconds.
  private func kill(
    _ program: any ProcessProgram, on scheduler: BenchScheduler, in state: ProcessSnapshot.State
  ) throws -> Double {
    let heard = Moment()
    let done = DispatchSemaphore(value: 0)
    let process = try scheduler.spawn(program)
    while scheduler.scheduler.info(process)?.state != state { sched_yield() }
    // A moment, so that a computing guest is in its loop.
    usleep(200)
    scheduler.scheduler.monitor(process) { _, reason in
      heard.time.store(reason == .killed ? clockNanoseconds() : 0, ordering: .releasing)
      done.signal()
    }
    let start = clockNanoseconds()
    scheduler.scheduler.terminate(process)
    done.wait()
    let end = heard.time.load(ordering: .acquiring)
    guard end >= start else { throw BenchmarkError("a process was not killed") }
    return Double(end - start) / 1000
  }
}

private final class Moment: Sendable {
  let time = Atomic<UInt64>(0)
}
