import WippyEngine

/// What a core import or export is.
///
/// A `nil` inside stands for a detail that is not known, because it needs types that this project does not have
/// or because it would take reading the module's code.
package enum CoreExternType: Hashable, Sendable {
  case function(CoreFunctionType?)
  case table(CoreValueType?, CoreLimits)
  case memory(CoreLimits)
  case global(CoreValueType?, isMutable: Bool?)
  case tag(CoreFunctionType?)

  /// The kind's name, as the text format spells it.
  package var kind: String {
    switch self {
    case .function: "func"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    case .tag: "tag"
    }
  }

  package var sort: CoreSort {
    switch self {
    case .function: .function
    case .table: .table
    case .memory: .memory
    case .global: .global
    case .tag: .tag
    }
  }

  /// Whether something of this type can be used where `expected` is asked for; what is unknown matches.
  func satisfies(_ expected: CoreExternType) -> Bool {
    switch (self, expected) {
    case (.function(let actual), .function(let expected)), (.tag(let actual), .tag(let expected)):
      return actual == nil || expected == nil || actual == expected
    case (.table(let actual, let limits), .table(let expected, let bound)):
      return (actual == nil || expected == nil || actual == expected) && limits.satisfies(bound)
    case (.memory(let actual), .memory(let expected)):
      return actual.satisfies(expected)
    case (.global(let actual, let isMutable), .global(let expected, let mustBeMutable)):
      let isOfType = actual == nil || expected == nil || actual == expected
      return isOfType && (isMutable == nil || mustBeMutable == nil || isMutable == mustBeMutable)
    default:
      return false
    }
  }
}
