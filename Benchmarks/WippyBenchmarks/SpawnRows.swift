import CBareEngine
import Dispatch
import Synchronization
import WippyCore
import WippyRuntime

/// Spawn, run, exit, and the observer hears of it, through the real scheduler: the next process is spawned by the
/// worker that heard of the end of the last one.
struct SpawnRows {
  let laboratory: Laboratory
  let count: Int
  let samples: Int

  func core(twoWorkers: Bool) throws -> Row {
    let entry = try laboratory.entry("compute")
    let arguments: [Value] = [.integer(6), .integer(7)]
    let engine = try Laboratory.bareEngine()
    let wasm = try laboratory.binary("compute/compute.wasm")
    guard let bare = bare_core_new(engine, wasm, wasm.count, "compute") else {
      throw BenchmarkError("compute")
    }
    defer {
      bare_core_delete(bare)
      bare_engine_delete(engine)
    }
    func reference(_ count: Int) throws {
      let numbers: [Int32] = [6, 7]
      guard bare_core_cycle(bare, numbers, 2, 1, count) else {
        throw BenchmarkError("the bare engine failed")
      }
    }
    guard twoWorkers else {
      return try Samples.alternating(samples) {
        try chains(1, entry, arguments, expected: .integer(42)) / 1000
      } reference: {
        try nanoseconds { () throws in try reference(count) } / Double(count) / 1000
      }.row("spawn-core", unit: "us", limit: .ratio(2))
    }
    // Two chains on two workers, against two threads.
    return try Samples.alternating(samples) {
      try chains(2, entry, arguments, expected: .integer(42)) / 1000
    } reference: {
      let failures = Atomic<Int>(0)
      let half = count / 2
      nonisolated(unsafe) let bare = bare
      let time = nanoseconds {
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
          let numbers: [Int32] = [6, 7]
          if !bare_core_cycle(bare, numbers, 2, 1, half) { failures.add(1, ordering: .relaxed) }
        }
      }
      if failures.load(ordering: .relaxed) > 0 { throw BenchmarkError("the bare engine failed") }
      return time / Double(half * 2) / 1000
    }.row("spawn-core-two-workers", unit: "us", note: "time by process, two at a time")
  }

  func component() throws -> Row {
    let entry = try laboratory.entry("greet")
    let arguments: [Value] = [.string("Ada")]
    let engine = try Laboratory.bareEngine(components: true)
    let wasm = try laboratory.binary("greet/greet.wasm")
    guard let bare = bare_component_new(engine, wasm, wasm.count, "greet") else {
      throw BenchmarkError("greet")
    }
    defer {
      bare_component_delete(bare)
      bare_engine_delete(engine)
    }
    return try Samples.alternating(samples) {
      try chains(1, entry, arguments, expected: .string("Hello, Ada!")) / 1000
    } reference: {
      try nanoseconds { () throws in
        guard bare_component_cycle(bare, "Ada", count) else { throw BenchmarkError("the bare engine failed") }
      } / Double(count) / 1000
    }.row("spawn-component", unit: "us", limit: .above(15))
  }

  /// Nanoseconds by process of `width` chains that share `count` processes.
  private func chains(_ width: Int, _ entry: LoadedEntry, _ arguments: [Value], expected: Value) throws
    -> Double
  {
    let done = DispatchSemaphore(value: 0)
    let chains = (0..<width).map { _ in
      SpawnChain(laboratory, entry, arguments, expected: expected, count: count / width, done: done)
    }
    let time = nanoseconds {
      for chain in chains { chain.next() }
      for _ in chains { done.wait() }
    }
    for chain in chains {
      if let failure = chain.failure.withLock({ $0 }) { throw BenchmarkError(failure) }
    }
    return time / Double(count / width * width)
  }
}

/// Processes one after the other.
private final class SpawnChain: Sendable {
  private let laboratory: Laboratory
  private let entry: LoadedEntry
  private let arguments: [Value]
  private let expected: Value
  private let left: Atomic<Int>
  private let done: DispatchSemaphore
  let failure = Mutex<String?>(nil)

  init(
    _ laboratory: Laboratory, _ entry: LoadedEntry, _ arguments: [Value], expected: Value, count: Int,
    done: DispatchSemaphore
  ) {
    self.laboratory = laboratory
    self.entry = entry
    self.arguments = arguments
    self.expected = expected
    left = Atomic(count)
    self.done = done
  }

  func next() {
    guard left.wrappingSubtract(1, ordering: .relaxed).newValue >= 0 else {
      done.signal()
      return
    }
    do {
      try laboratory.spawn(entry, arguments) { [self] result in
        if case .failed(let reason) = result { stop("the start failed: \(reason)") }
      } onExit: { [self] _, reason in
        if case .normal(let value?) = reason, value == expected { next() } else { stop("ended with \(reason)") }
      }
    } catch {
      stop("\(error)")
    }
  }

  private func stop(_ text: String) {
    failure.withLock { $0 = text }
    done.signal()
  }
}
