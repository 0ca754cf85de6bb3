import WippyComponent
import WippyCore
import WippyEngine

/// An instance that a script works with.
final class ScriptGuest: GuestHost {
  private let plan: GuestPlan
  private var instance: GuestInstance?
  /// Set by the first trap: an instance that has trapped is not entered again.
  private var hasFailed = false

  /// Decodes, validates, compiles and instantiates.
  init(_ definition: ScriptDefinition, engine: Engine) throws {
    plan = definition.plan
    let bytes = definition.bytes
    let bound = try BoundGuest(plan: plan, engine: engine) { source throws(EngineError) in
      let module = try bytes.withUnsafeBytes { file in
        Result { () throws(EngineError) in try source.bytes(in: file) }
      }.get()
      return try ScriptGuest.compile(module, engine)
    }
    let guest = GuestInstance(
      bound: bound, pid: ProcessID(host: "script:host", serial: 1), host: self, services: plan.services,
      memoryLimit: nil, maximumHandles: 10_000)
    instance = guest
    _ = try finish { guest.instantiate() }
  }

  /// Calls an exported function.
  func call(_ name: String, _ arguments: [ScriptValue]) throws -> Value? {
    guard let instance, let export = plan.exports.first(where: { $0.name == name }) else {
      throw ScriptError("there is no export `\(name)`")
    }
    guard !hasFailed else { throw ScriptTrap("the instance has trapped before") }
    var values: [Value] = []
    if let signature = export.signature {
      let types = signature.type.parameters.map(\.type)
      guard types.count == arguments.count else { throw ScriptError("`\(name)` takes \(types.count) arguments") }
      for (argument, type) in zip(arguments, types) { values.append(try argument.value(as: type)) }
    } else {
      for (argument, type) in zip(arguments, export.coreType.parameters) {
        values.append(try argument.value(as: type))
      }
    }
    instance.prepare(export, arguments: values)
    _ = try finish { instance.lowerArguments() }
    return try finish { instance.run() }
  }

  /// What the script expects of the function, as a value.
  func expected(_ values: [ScriptValue], of name: String) throws -> Value? {
    guard let export = plan.exports.first(where: { $0.name == name }) else {
      throw ScriptError("there is no export `\(name)`")
    }
    guard let expected = values.first else { return nil }
    if let type = export.signature?.type.result { return try expected.value(as: type) }
    guard let type = export.coreType.results.first else { throw ScriptError("`\(name)` returns nothing") }
    return try expected.value(as: type)
  }

  func epochMoved() -> EpochDecision { .proceed }

  private func finish(_ step: () -> GuestProgress) throws -> Value? {
    while true {
      switch step() {
      case .suspended: continue
      case .ready: return nil
      case .returned(let value): return value
      case .failed(let failure):
        hasFailed = true
        throw ScriptTrap(failure)
      }
    }
  }

  private static func compile(_ bytes: [UInt8], _ engine: Engine) throws(EngineError) -> Module {
    let result: Result<Module, EngineError> = bytes.withUnsafeBytes { bytes in
      do throws(EngineError) {
        return .success(try Module(compiling: bytes, engine: engine))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

/// The guest trapped, or could not be instantiated.
struct ScriptTrap: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  init(_ failure: GuestFailure) {
    switch failure {
    case .trap(let trap): description = trap.message
    case .engine(let message): description = message
    case .stopped(let reason): description = "\(reason)"
    }
  }
}

extension GuestPlan {
  /// Scripts import nothing, so that nobody looks at it.
  fileprivate var services: AnyObject { NoScriptServices.shared }
}

private final class NoScriptServices: Sendable {
  static let shared = NoScriptServices()
}
