import WippyEngine

/// A core module of a plan, with what it imports and exports.
package final class PlannedModule: Sendable {
  package let source: GuestPlan.ModuleSource
  package let summary: CoreModuleSummary
  private let exportIndices: [String: Int]

  init(_ source: GuestPlan.ModuleSource, _ summary: CoreModuleSummary) {
    self.source = source
    self.summary = summary
    exportIndices = Dictionary(summary.exports.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// An adapter of our own.
  convenience init(adapter binary: [UInt8]) throws(ComponentError) {
    self.init(.generated(binary), try CoreModuleSummary.scan(binary))
  }

  /// The place of an export in the summary's list.
  func exportIndex(_ name: String) -> Int? { exportIndices[name] }

  func exportType(_ name: String) -> CoreExternType? { exportIndices[name].map { summary.exports[$0].type } }
}
