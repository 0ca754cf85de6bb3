import Foundation
import Synchronization
import Testing
import WippyComponent
import WippyCore
import WippyEngine
import WippyTestKit

@testable import WippyWASI

/// Runs one guest by hand: without a scheduler, on a clock that stands still until the test moves it.
final class GuestRunner: GuestHost {
  let reactor: VirtualReactor
  let output: MemorySink
  let error: MemorySink
  let state: WASIState
  let guest: GuestInstance
  private let wakes: WakeCounter
  /// Whether the guest gives up its worker when the epoch has moved.
  var yields = false

  private static let engine = Mutex<Engine?>(nil)

  static func sharedEngine() throws -> Engine {
    try engine.withLock { engine in
      let made = try engine ?? Engine(EngineConfiguration())
      engine = made
      return made
    }
  }

  var wakeCount: Int { wakes.count }

  init(
    _ name: String, granted: Set<String> = GuestRunner.everything, maximumHandles: Int = 10_000,
    environment: GuestEnvironment = GuestEnvironment(programName: "guest"),
    input: any InputSource = NullSource(), output: MemorySink = MemorySink(), streams: StandardStreams? = nil
  ) throws {
    let bytes = try GuestRunner.binary(name)
    let engine = try GuestRunner.sharedEngine()
    let provider = WASIProvider(
      grants: CapabilityGrants(granted: granted, groups: GuestRunner.groups), entry: GuestRunner.entry)
    let plan = try bytes.withUnsafeBytes { bytes in
      if BinaryKind.detect(bytes) == .coreModule {
        return try CorePlanner.plan(
          try CoreModuleSummary.scan(bytes, range: 0..<bytes.count), byteCount: bytes.count, signatures: [:],
          provider: provider)
      }
      return try ComponentPlanner.plan(try ComponentDecoder.decode(bytes), bytes: bytes, provider: provider)
    }
    let bound = try BoundGuest(plan: plan, engine: engine) { source throws(EngineError) in
      let module = try bytes.withUnsafeBytes { file in
        Result { () throws(EngineError) in try source.bytes(in: file) }
      }.get()
      return try module.withUnsafeBytes { bytes in
        Result { () throws(EngineError) in try Module(compiling: bytes, engine: engine) }
      }.get()
    }
    var environment = environment
    let error = MemorySink()
    environment.standardStreams = streams ?? StandardStreams(input: input, output: output, error: error)
    let wakes = WakeCounter()
    let reactor = VirtualReactor()
    let state = WASIState(configuration: environment, reactor: reactor) { wakes.increment() }
    let host = HostBox()
    self.reactor = reactor
    self.wakes = wakes
    self.output = output
    self.error = error
    self.state = state
    self.host = host
    guest = GuestInstance(
      bound: bound, pid: ProcessID(host: "test:host", serial: 1), host: host, services: state, memoryLimit: 64 << 20,
      maximumHandles: maximumHandles)
    host.runner = self
  }

  private let host: HostBox

  func epochMoved() -> EpochDecision { yields ? .yield : .proceed }

  static let entry = EntryID(namespace: "test", name: "guest")

  static let groups: [String: String] = {
    var groups: [String: String] = [:]
    for interface in everything {
      groups[interface] = String(interface.prefix { $0 != "/" })
    }
    for interface in [
      "wasi:sockets/instance-network", "wasi:sockets/tcp-create-socket", "wasi:sockets/udp-create-socket",
      "wasi:sockets/ip-name-lookup",
    ] { groups[interface] = "wasi:sockets" }
    return groups
  }()

  static let everything: Set<String> = [
    "wasi:io/error", "wasi:io/poll", "wasi:io/streams", "wasi:cli/environment", "wasi:cli/exit", "wasi:cli/stdin",
    "wasi:cli/stdout", "wasi:cli/stderr", "wasi:cli/terminal-stdin", "wasi:cli/terminal-stdout",
    "wasi:cli/terminal-stderr", "wasi:clocks/monotonic-clock", "wasi:clocks/wall-clock", "wasi:random/random",
    "wasi:random/insecure", "wasi:random/insecure-seed", "wasi:filesystem/types", "wasi:filesystem/preopens",
    "wasi:sockets/network", "wasi:sockets/instance-network", "wasi:sockets/tcp", "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp", "wasi:sockets/udp-create-socket", "wasi:sockets/ip-name-lookup", "wasi:http/types",
    "wasi:http/outgoing-handler",
  ]

  static func binary(_ name: String) throws -> [UInt8] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try [UInt8](Data(contentsOf: root.appending(path: "Guests/\(name)/\(name).wasm")))
  }

  // MARK: Running

  /// Instantiates the guest and prepares a call of `method`: a root export, or `interface#function`.
  func start(_ method: String, _ arguments: [Value] = []) throws -> GuestProgress {
    let export = try #require(
      guest.bound.plan.exports.first { export in
        method == (export.interface.map { "\($0)#\(export.name)" } ?? export.name)
          || method == "run" && export.name == "run"
      }, "there is no export \(method)")
    let instantiation = guest.instantiate()
    guard case .ready = instantiation else { return instantiation }
    guest.prepare(export, arguments: arguments)
    let lowering = guest.lowerArguments()
    guard case .ready = lowering else { return lowering }
    return guest.run()
  }

  /// Runs `method` to its end; whenever the guest waits, the pool's work is done, or the clock moves to the next timer.
  func call(_ method: String, _ arguments: [Value] = []) throws -> GuestProgress {
    var progress = try start(method, arguments)
    while case .suspended(let isWaiting) = progress {
      if isWaiting, reactor.runBlockingWork() == 0 {
        try #require(reactor.advanceToNextTimer(), "the guest waits for something that is not a timer")
      }
      progress = guest.run()
    }
    return progress
  }

  /// The value that `method` returns; a test failure when it does not return.
  func value(_ method: String, _ arguments: [Value] = []) throws -> Value? {
    let progress = try call(method, arguments)
    guard case .returned(let value) = progress else {
      Issue.record("\(method) did not return: \(progress)")
      return nil
    }
    return value
  }

  /// The reason with which `method` ends the process.
  func stopReason(_ method: String, _ arguments: [Value] = []) throws -> ExitReason? {
    let progress = try call(method, arguments)
    guard case .failed(.stopped(let reason)) = progress else {
      Issue.record("\(method) did not end the process: \(progress)")
      return nil
    }
    return reason
  }

  /// The text with which `method` traps.
  func trapMessage(_ method: String, _ arguments: [Value] = []) throws -> String? {
    let progress = try call(method, arguments)
    guard case .failed(.trap(let trap)) = progress else {
      Issue.record("\(method) did not trap: \(progress)")
      return nil
    }
    return trap.message
  }
}

extension GuestProgress {
  var isWaiting: Bool {
    if case .suspended(waiting: true) = self { true } else { false }
  }
}

/// Stands between the guest, which needs a host at its beginning, and the runner, which needs the guest.
private final class HostBox: GuestHost {
  weak var runner: GuestRunner?

  func epochMoved() -> EpochDecision { runner?.epochMoved() ?? .proceed }
}

/// Counts how often the process was woken.
private final class WakeCounter: Sendable {
  private let value = Atomic<Int>(0)

  var count: Int { value.load(ordering: .sequentiallyConsistent) }
  func increment() { value.add(1, ordering: .sequentiallyConsistent) }
}
