import Synchronization
import WippyComponent
import WippyCore
import WippyEngine
import WippyTestKit
import WippyWASI

/// Runs one guest again and again, each time in a process of its own.
package final class ImportFuzzer: GuestHost {
  private let bound: BoundGuest
  private let directory: String
  private let isReadOnly: Bool
  private let counter = CallCounter()
  package private(set) var returned = 0
  package private(set) var mismatches: Set<String> = []

  package var calls: UInt64 { counter.value }

  /// - Parameters:
  ///   - directory: What the guest has as `/`.
  ///   - isReadOnly: Whether it may not change it. Where it may, it fills the disk, unless the size of files is limited.
  package init(_ bytes: [UInt8], engine: Engine, directory: String, isReadOnly: Bool) throws {
    self.isReadOnly = isReadOnly
    self.directory = directory
    let interfaces = WASIProvider.interfaceNames
    let groups = Dictionary(interfaces.map { ($0, String($0.prefix { $0 != "/" })) }) { first, _ in first }
    let provider = CountingProvider(
      base: WASIProvider(
        grants: CapabilityGrants(granted: Set(interfaces + ["wasi_snapshot_preview1"]), groups: groups), entry: nil),
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

  package func epochMoved() -> EpochDecision { .proceed }

  package func importCount() throws -> Int {
    let (progress, _) = try progress("import-count", [])
    guard case .returned(.integer(let count)?) = progress else { return 0 }
    return Int(count)
  }

  /// Some calls that the seed decides.
  package func run(seed: UInt64) -> String? {
    run("fuzz", [Value(unsigned: seed), .integer(Int64(seed % 12 + 1))])
  }

  /// What is wrong with the run; `nil` when it ended in one of the ways that there are.
  package func run(_ method: String, _ arguments: [Value]) -> String? {
    let progress: GuestProgress
    do {
      progress = try self.progress(method, arguments).0
    } catch {
      return "it cannot begin: \(error)"
    }
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

  private func progress(_ method: String, _ arguments: [Value]) throws -> (GuestProgress, WASIState) {
    let reactor = VirtualReactor()
    var environment = GuestEnvironment(
      programName: "fuzz", arguments: ["a"], variables: [.init("NAME", "value")],
      standardStreams: StandardStreams(
        input: MemorySource(Array(repeating: 65, count: 100)), output: MemorySink(capacity: 100_000),
        error: MemorySink(capacity: 1000)),
      network: NetworkPolicy(rules: [.init(.network(.v4(0x7f00_0000), prefix: 8), port: 1)]))
    environment.mounts = [Mount(guestPath: "/", directory: try Directory(hostPath: directory, isReadOnly: isReadOnly))]
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
