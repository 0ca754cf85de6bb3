import WippyComponent
import WippyEngine

/// Reads the imports and exports of a core module.
enum CoreContents {
  static func read(_ bytes: [UInt8]) throws(ComponentError) -> (
    imports: [BinaryReport.Import], exports: [BinaryReport.Export]
  ) {
    let summary = try CoreModuleSummary.scan(bytes)
    let imports = summary.imports.map { (interface: $0.module, shown: "\($0.module).\($0.name)") }
    let exports = summary.exports.map { export in
      switch export.type {
      case .function(let type): BinaryReport.Export(method: export.name, signature: type?.text ?? "func")
      default: BinaryReport.Export(method: nil, signature: "\(export.type.kind) \(export.name)")
      }
    }
    return (BinaryReport.grouped(imports), exports)
  }
}
