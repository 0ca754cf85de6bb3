import WippyComponent
import WippyCore
import WippyEngine

/// Reads the imports and exports of a component, and its world.
enum ComponentContents {
  static func read(_ bytes: [UInt8]) throws(ComponentError) -> (
    imports: [BinaryReport.Import], exports: [BinaryReport.Export], world: String
  ) {
    let syntax = try ComponentDecoder.decode(bytes)
    var names: [(interface: String, shown: String)] = []
    for definition in syntax.definitions {
      guard case .import(let name, _) = definition.kind else { continue }
      names.append((name, name))
    }
    let world = try bytes.withUnsafeBufferPointer { (buffer) throws(ComponentError) -> String in
      try WorldText.text(of: syntax, in: UnsafeRawBufferPointer(buffer))
    }
    let plan = try bytes.withUnsafeBufferPointer { (buffer) throws(ComponentError) -> GuestPlan in
      try ComponentPlanner.plan(syntax, bytes: UnsafeRawBufferPointer(buffer), provider: EmptyProvider())
    }
    let printer = WITPrinter()
    let exports = plan.exports.map { export in
      let method = export.interface.map { "\($0)#\(export.name)" } ?? export.name
      let text = export.signature.map { printer.text(of: $0.type) } ?? export.coreType.text
      return BinaryReport.Export(method: method, signature: text)
    }
    return (BinaryReport.grouped(names), exports, world)
  }
}

/// Host functions for a guest that never runs.
private struct EmptyProvider: HostProvider {
  func function(interface: String, name: String, signature: Signature) -> HostFunction {
    .resumable { _ throws(HostFault) in throw .exit(.killed) }
  }

  func coreFunction(module: String, name: String, type: CoreFunctionType) -> HostFunction {
    .resumable { _ throws(HostFault) in throw .exit(.killed) }
  }
}
