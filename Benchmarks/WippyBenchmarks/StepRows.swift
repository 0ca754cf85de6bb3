import CBareEngine
import Dispatch
import Synchronization
import WippyCore
import WippyProcess
import WippyWASI

/// What happens within a process: it suspends and goes on, its slice ends.
struct StepRows {
  let count: Int
  let samples: Int

  func suspendResume() throws -> Row {
    let guest = try BenchGuest(processes: 100)
    let scheduler = try BenchScheduler(workers: 1)
    defer { scheduler.stop() }
    let engine = try Laboratory.bareEngine()
    guard let bare = bare_core_new(engine, guest.wasm, guest.wasm.count, "loop") else {
      throw BenchmarkError("loop")
    }
    defer {
      bare_core_delete(bare)
      bare_engine_delete(engine)
    }
    return try Samples.alternating(samples) {
      let program = try guest.program("loop", Int64(count))
      var reason = ExitReason.killed
      let time = try nanoseconds { () throws in reason = try scheduler.run(program) }
      guard case .normal = reason else { throw BenchmarkError("the loop ended with \(reason)") }
      return time / Double(count)
    } reference: {
      var suspensions = 0
      var isDone = false
      let time = nanoseconds { isDone = bare_core_suspensions(bare, Int32(count), &suspensions) }
      guard isDone, suspensions == count else {
        throw BenchmarkError("\(suspensions) suspensions, not \(count)")
      }
      return time / Double(count)
    }.row("suspend-resume", unit: "ns", limit: .ratio(2))
  }

  /// Two endless loops share one worker; a sample is the median of the slices of some time.
  func slice() throws -> Row {
    let guest = try BenchGuest(processes: 100)
    let scheduler = try BenchScheduler(workers: 1)
    defer { scheduler.stop() }
    let slices = Mutex<[Double]>([])
    let enough = DispatchSemaphore(value: 0)
    let needed = samples * 50
    var processes: [ProcessID] = []
    for _ in 0..<2 {
      let program = TimedProgram(try guest.program("spin", 0)) { duration in
        let count = slices.withLock { slices in
          slices.append(duration)
          return slices.count
        }
        if count == needed { enough.signal() }
      }
      processes.append(try scheduler.spawn(program))
    }
    enough.wait()
    for process in processes { scheduler.scheduler.terminate(process) }
    // The first ones belong to one loop alone.
    let all = slices.withLock { Array($0.dropFirst(samples * 5)) }
    return Row(
      "slice", unit: "us", ours: all.quantile(0.5) / 1000, reference: 1000, samples: all.count,
      note: "p99 \(Text.number(all.quantile(0.99) / 1000)); the reference is the tick")
  }
}

/// A scheduler of its own, for programs that no project has.
final class BenchScheduler: Sendable {
  let scheduler: Scheduler
  private let host: Host
  static let entry = EntryID(namespace: "bench", name: "own")

  init(workers: Int) throws {
    scheduler = try Scheduler(
      configuration: SchedulerConfiguration(workers: workers), reactor: EpollReactor())
    try scheduler.start()
    host = scheduler.makeHost(id: EntryID(namespace: "bench", name: "host"))
  }

  /// `onExit` hears of a failed start, too.
  func spawn(_ program: any ProcessProgram, onExit: ExitObserver? = nil) throws -> ProcessID {
    try scheduler.spawn(
      program, entry: BenchScheduler.entry, host: host,
      onStarted: { result in
        if case .failed(let reason) = result { onExit?(ProcessID(host: "", serial: 0), reason) }
      }, onExit: onExit)
  }

  func run(_ program: any ProcessProgram) throws -> ExitReason {
    let end = Mutex<ExitReason?>(nil)
    let done = DispatchSemaphore(value: 0)
    _ = try spawn(program) { _, reason in
      end.withLock { $0 = reason }
      done.signal()
    }
    done.wait()
    return end.withLock { $0 } ?? .noproc
  }

  func stop() { scheduler.stop() }
}

/// Times the steps of a program that its slice ends.
private final class TimedProgram: ProcessProgram {
  private let program: WasmProgram
  private let onSlice: @Sendable (Double) -> Void

  init(_ program: WasmProgram, onSlice: @escaping @Sendable (Double) -> Void) {
    self.program = program
    self.onSlice = onSlice
  }

  func step(_ context: any ProcessContext) -> StepOutcome {
    let start = clockNanoseconds()
    let outcome = program.step(context)
    if case .yield = outcome { onSlice(Double(clockNanoseconds() - start)) }
    return outcome
  }

  func close() { program.close() }
  func interrupt() { program.interrupt() }
  var memoryInUse: UInt64 { program.memoryInUse }
}
