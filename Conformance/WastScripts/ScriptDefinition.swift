import WippyComponent
import WippyEngine

/// A binary that has been found valid, and its plan.
struct ScriptDefinition {
  let bytes: [UInt8]
  let plan: GuestPlan

  /// Throws a `ComponentError` where the binary is malformed or invalid.
  init(_ bytes: [UInt8], engine: Engine) throws {
    self.bytes = bytes
    plan = try bytes.withUnsafeBytes { bytes in
      guard BinaryKind.detect(bytes) != .coreModule else {
        _ = try Module(compiling: bytes, engine: engine)
        return try CorePlanner.plan(
          try CoreModuleSummary.scan(bytes), byteCount: bytes.count, signatures: [:], provider: NoImports())
      }
      let syntax = try ComponentDecoder.decode(bytes, features: .drafts)
      try ComponentValidator.validate(syntax, in: bytes)
      return try ComponentPlanner.plan(syntax, bytes: bytes, provider: NoImports())
    }
  }

  /// Whether the binary is valid, its core modules included.
  static func validate(_ bytes: [UInt8], engine: Engine) throws {
    let modules = try bytes.withUnsafeBytes { bytes in
      guard BinaryKind.detect(bytes) != .coreModule else { return [0..<bytes.count] }
      let syntax = try ComponentDecoder.decode(bytes, features: .drafts)
      try ComponentValidator.validate(syntax, in: bytes)
      return syntax.coreModules
    }
    // Their code is the engine's to judge, which it does where they are compiled.
    for range in modules {
      try bytes[range].withUnsafeBytes { _ = try Module(compiling: $0, engine: engine) }
    }
  }
}

extension ComponentSyntax {
  /// Where the core modules stand, those of nested components included.
  fileprivate var coreModules: [Range<Int>] {
    definitions.flatMap { definition in
      switch definition.kind {
      case .coreModule(let range): [range]
      case .component(let nested): nested.coreModules
      default: [Range<Int>]()
      }
    }
  }
}

/// Nobody provides anything.
private struct NoImports: HostProvider {
  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("\(interface)#\(name) is not provided") }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    .immediate { _ throws(HostFault) in throw .trap("\(module).\(name) is not provided") }
  }
}
