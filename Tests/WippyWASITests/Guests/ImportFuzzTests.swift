import Foundation
import Synchronization
import Testing
import WippyComponent
import WippyCore
import WippyEngine
import WippyTestKit

@testable import WippyWASI

/// Every import, with any arguments: an answer, a trap or an end, and nothing else.
///
/// `WIPPY_FUZZ_CALLS` says how many calls of each ABI; `WIPPY_FUZZ_SEED` where to begin.
@Suite struct ImportFuzzTests {
  private static func setting(_ name: String, _ standard: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? standard
  }

  @Test(arguments: ["all_imports", "all_imports_preview1"])
  func anyArguments(guest: String) throws {
    let calls = Self.setting("WIPPY_FUZZ_CALLS", 2000)
    let first = Self.setting("WIPPY_FUZZ_SEED", UInt64.random(in: 0..<1 << 32))
    let fuzzer = try ImportFuzzer(guest)
    var seed = first
    while fuzzer.calls < calls {
      if let problem = fuzzer.run("fuzz", [Value(unsigned: seed), .integer(Int64(seed % 12 + 1))]) {
        Issue.record("\(guest), seed \(seed): \(problem)")
        return
      }
      seed += 1
    }
    #expect(fuzzer.returned > 0)
  }

  /// Each one at least once, so that none is there with another type than the host's, and none crashes.
  @Test(arguments: ["all_imports", "all_imports_preview1"])
  func everyImport(guest: String) throws {
    let fuzzer = try ImportFuzzer(guest)
    let count = try fuzzer.importCount()
    #expect(count >= 46)
    for index in 0..<count {
      for seed in 0..<4 {
        if let problem = fuzzer.run("fuzz-one", [.integer(Int64(index)), .integer(Int64(seed))]) {
          Issue.record("\(guest), import \(index), seed \(seed): \(problem)")
        }
      }
    }
    #expect(fuzzer.mismatches.isEmpty, "\(fuzzer.mismatches)")
  }
}

/// Runs one guest again and again, each time in a process of its own.
private final class ImportFuzzer: GuestHost {
  private let bound: BoundGuest
  private let counter = CallCounter()
  private(set) var returned = 0
  private(set) var mismatches: Set<String> = []

  var calls: UInt64 { counter.value }

  init(_ name: String) throws {
    let bytes = try GuestRunner.binary(name)
    let engine = try GuestRunner.sharedEngine()
    let provider = CountingProvider(
      base: WASIProvider(
        grants: CapabilityGrants(
          granted: GuestRunner.everything.union([Preview1.module]), groups: GuestRunner.groups), entry: nil),
      counter: counter)
    let plan = try bytes.withUnsafeBytes { bytes in
      if BinaryKind.detect(bytes) == .coreModule {
        return try CorePlanner.plan(
          try CoreModuleSummary.scan(bytes, range: 0..<bytes.count), byteCount: bytes.count, signatures: [:],
          provider: provider)
      }
      return try ComponentPlanner.plan(try ComponentDecoder.decode(bytes), bytes: bytes, provider: provider)
    }
    bound = try BoundGuest(plan: plan, engine: engine) { source throws(EngineError) in
      let module = try bytes.withUnsafeBytes { file in
        Result { () throws(EngineError) in try source.bytes(in: file) }
      }.get()
      return try module.withUnsafeBytes { bytes in
        Result { () throws(EngineError) in try Module(compiling: bytes, engine: engine) }
      }.get()
    }
  }

  func epochMoved() -> EpochDecision { .proceed }

  func importCount() throws -> Int {
    let (progress, _) = progress("import-count", [])
    guard case .returned(.integer(let count)?) = progress else { return 0 }
    return Int(count)
  }

  /// What is wrong with the run; `nil` when it ended in one of the ways that there are.
  func run(_ method: String, _ arguments: [Value]) -> String? {
    let (progress, state) = progress(method, arguments)
    _ = state
    switch progress {
    case .returned:
      returned += 1
      return nil
    case .suspended: return nil
    case .failed(.stopped): return nil
    case .failed(.trap(let trap)):
      if trap.message.contains("has another type") { mismatches.insert(trap.message) }
      return nil
    case .failed(.engine(let message)): return "the engine says: \(message)"
    case .ready: return "it never ran"
    }
  }

  private func progress(_ method: String, _ arguments: [Value]) -> (GuestProgress, WASIState) {
    let reactor = VirtualReactor()
    let environment = GuestEnvironment(
      programName: "fuzz", arguments: ["a"], variables: [.init("NAME", "value")],
      standardStreams: StandardStreams(
        input: MemorySource(Array(repeating: 65, count: 100)), output: MemorySink(capacity: 100_000),
        error: MemorySink(capacity: 1000)),
      network: NetworkPolicy(rules: [.init(.network(.v4(0x7f00_0000), prefix: 8), port: 1)]))
    let state = WASIState(configuration: environment, reactor: reactor) {}
    let guest = GuestInstance(
      bound: bound, pid: ProcessID(host: "test:host", serial: 1), host: self, services: state, memoryLimit: 16 << 20,
      maximumHandles: 100)
    guard case .ready = guest.instantiate(),
      let export = bound.plan.exports.first(where: { $0.name == method })
    else { return (.ready, state) }
    guest.prepare(export, arguments: arguments)
    guard case .ready = guest.lowerArguments() else { return (.ready, state) }
    var progress = guest.run()
    for _ in 0..<20 {
      guard case .suspended(let isWaiting) = progress else { break }
      if isWaiting {
        let hasRun = reactor.runBlockingWork() > 0
        guard hasRun || reactor.advanceToNextTimer() else { break }
      }
      progress = guest.run()
    }
    guest.abandon()
    return (progress, state)
  }
}

private final class CallCounter: Sendable {
  private let count = Atomic<UInt64>(0)

  var value: UInt64 { count.load(ordering: .relaxed) }
  func increment() { count.add(1, ordering: .relaxed) }
}

private struct CountingProvider: HostProvider {
  let base: WASIProvider
  let counter: CallCounter

  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    counted(base.function(interface: interface, name: name, signature: signature))
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    counted(base.coreFunction(module: module, name: name, type: type))
  }

  private func counted(_ function: HostFunction) -> HostFunction {
    let counter = counter
    switch function {
    case .immediate(let body):
      return .immediate { call throws(HostFault) in
        counter.increment()
        try body(call)
      }
    case .resumable(let body):
      return .resumable { call throws(HostFault) in
        counter.increment()
        return try body(call)
      }
    }
  }
}
