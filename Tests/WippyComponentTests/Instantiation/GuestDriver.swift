import Foundation
import WippyCore
import WippyEngine

@testable import WippyComponent

/// Runs functions of one instance of a component, one after the other, without a scheduler.
final class GuestDriver: GuestHost {
  private var instance: GuestInstance?
  private let plan: GuestPlan
  private let file: UnsafeMutableRawBufferPointer
  let engine: Engine
  /// Whether the guest makes way when the epoch has moved.
  var yields = false
  /// How often it was suspended.
  var suspensions = 0
  /// Whether its core modules became one.
  private(set) var isMerged = false

  convenience init(guest name: String) throws {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = repository.appending(path: "Guests/\(name)/\(name).wasm")
    try self.init([UInt8](try Data(contentsOf: file)), provider: NothingProvider())
  }

  /// - Parameter merges: Whether its core modules become one where they can.
  init(_ bytes: [UInt8], provider: any HostProvider, memoryLimit: UInt64? = nil, merges: Bool = true) throws {
    let engine = try Engine(EngineConfiguration())
    self.engine = engine
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
    memory.copyBytes(from: bytes)
    self.file = memory
    let file = UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])
    let syntax = try ComponentDecoder.decode(file)
    try ComponentValidator.validate(syntax, in: file)
    var plan = try ComponentPlanner.plan(syntax, bytes: file, provider: provider)
    if !merges { plan.merge = nil }
    self.plan = plan
    let binary = FileBytes(bytes: file)
    var isMerged = false
    let bound = try BoundGuest(plan: plan, engine: engine, binary: { binary.bytes }) { source throws(EngineError) in
      let module = try GuestDriver.compile(source.bytes(in: file), engine).get()
      if case .merged = source { isMerged = true }
      return module
    }
    self.isMerged = isMerged
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

  /// How many core modules are instantiated when they stay apart.
  var moduleCount: Int { plan.steps.count }

  /// The trap that the last call ended with.
  private(set) var trap: Trap?

  deinit {
    instance = nil
    file.deallocate()
  }

  /// Ends the instance, as the end of its process does.
  func close() { instance = nil }

  func epochMoved() -> EpochDecision { yields ? .yield : .proceed }

  private func finish(_ step: () -> GuestProgress) throws -> Value? {
    while true {
      switch step() {
      case .suspended: suspensions += 1
      case .ready: return nil
      case .returned(let value): return value
      case .failed(.trap(let trap)):
        self.trap = trap
        throw DriverError(message: trap.message)
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

/// A binary that stays while its guest is there.
private struct FileBytes: @unchecked Sendable {
  // @unchecked: nobody writes there.
  let bytes: UnsafeRawBufferPointer
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
