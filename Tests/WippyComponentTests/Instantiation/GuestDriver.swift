import Foundation
import WippyCore
import WippyEngine

@testable import WippyComponent

/// Runs functions of one instance of a component, one after the other, without a scheduler.
final class GuestDriver: GuestHost {
  private var instance: GuestInstance?
  private let plan: GuestPlan
  let engine: Engine
  /// Whether the guest makes way when the epoch has moved.
  var yields = false
  /// How often it was suspended.
  var suspensions = 0

  convenience init(guest name: String) throws {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = repository.appending(path: "Guests/\(name)/\(name).wasm")
    try self.init([UInt8](try Data(contentsOf: file)), provider: NothingProvider())
  }

  init(_ bytes: [UInt8], provider: any HostProvider, memoryLimit: UInt64? = nil) throws {
    let engine = try Engine(EngineConfiguration())
    self.engine = engine
    plan = try bytes.withUnsafeBytes { bytes in
      let syntax = try ComponentDecoder.decode(bytes)
      try ComponentValidator.validate(syntax, in: bytes)
      return try ComponentPlanner.plan(syntax, bytes: bytes, provider: provider)
    }
    let bound = try BoundGuest(plan: plan, engine: engine) { source throws(EngineError) in
      let module = try bytes.withUnsafeBytes { file in
        Result { () throws(EngineError) in try source.bytes(in: file) }
      }.get()
      return try GuestDriver.compile(module, engine).get()
    }
    let guest = GuestInstance(
      bound: bound, pid: ProcessID(host: "test:host", serial: 1), host: self, services: NSObject(),
      memoryLimit: memoryLimit, maximumHandles: 100)
    instance = guest
    _ = try finish { guest.instantiate() }
  }

  /// Calls an export of the root or of an exported instance, and returns its lifted result.
  func call(_ name: String, _ arguments: Value...) throws -> Value? {
    try call(name, arguments: arguments)
  }

  func call(_ name: String, arguments: [Value]) throws -> Value? {
    guard let instance, let export = plan.exports.first(where: { $0.name == name }) else {
      throw DriverError(message: "no export \(name)")
    }
    instance.prepare(export, arguments: arguments)
    _ = try finish { instance.lowerArguments() }
    return try finish { instance.run() }
  }

  /// Begins a call, and leaves it where it is suspended first.
  func begin(_ name: String, _ arguments: Value...) throws {
    guard let instance, let export = plan.exports.first(where: { $0.name == name }) else {
      throw DriverError(message: "no export \(name)")
    }
    instance.prepare(export, arguments: arguments)
    _ = try finish { instance.lowerArguments() }
    if case .suspended = instance.run() { suspensions += 1 }
  }

  /// Whether the last call went through an adapter.
  var usesAdapter: Bool { instance?.selected?.adapter != nil }

  /// Whether calls of the same function will go through the transfer area.
  var transfers: Bool { instance?.servedExport != nil }

  /// Ends the instance, as the end of its process does.
  func close() { instance = nil }

  func epochMoved() -> EpochDecision { yields ? .yield : .proceed }

  private func finish(_ step: () -> GuestProgress) throws -> Value? {
    while true {
      switch step() {
      case .suspended: suspensions += 1
      case .ready: return nil
      case .returned(let value): return value
      case .failed(.trap(let trap)): throw DriverError(message: trap.message)
      case .failed(.engine(let message)): throw DriverError(message: message)
      case .failed(.stopped(let reason)): throw DriverError(message: "\(reason)")
      }
    }
  }

  private static func compile(_ bytes: [UInt8], _ engine: Engine) -> Result<Module, EngineError> {
    bytes.withUnsafeBytes { bytes in
      do throws(EngineError) {
        return .success(try Module(compiling: bytes, engine: engine))
      } catch {
        return .failure(error)
      }
    }
  }
}

struct DriverError: Error {
  var message: String
}

/// Nobody provides anything.
struct NothingProvider: HostProvider {
  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("nothing is provided") }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("nothing is provided") }
  }
}
