import WippyEngine

/// A core module of a plan, with what it imports and exports.
package final class PlannedModule: Sendable {
  package let source: GuestPlan.ModuleSource
  package let summary: CoreModuleSummary
  private let exportIndices: [String: Int]

  init(_ source: GuestPlan.ModuleSource, _ summary: CoreModuleSummary) {
    self.source = source
    self.summary = summary
    var indices: [String: Int] = [:]
    // Thousands of exports are usual where a module is a library.
    indices.reserveCapacity(summary.exports.count)
    for (index, export) in summary.exports.enumerated() {
      if let first = indices.updateValue(index, forKey: export.name) { indices[export.name] = first }
    }
    exportIndices = indices
  }

  /// An adapter of our own.
  convenience init(adapter binary: [UInt8]) throws(ComponentError) {
    self.init(.generated(binary), try CoreModuleSummary.scan(binary))
  }

  /// Whether it is an adapter of our own.
  var isGenerated: Bool { if case .generated = source { true } else { false } }

  /// The place of an export in the summary's list.
  func exportIndex(_ name: String) -> Int? { exportIndices[name] }

  func export(_ name: String) -> CoreModuleSummary.Export? { exportIndices[name].map { summary.exports[$0] } }

  func exportType(_ name: String) -> CoreExternType? { exportIndices[name].map { summary.exports[$0].type } }
}
