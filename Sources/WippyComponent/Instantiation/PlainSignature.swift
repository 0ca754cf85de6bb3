import WippyCore

/// A function of integers and texts only, as most that are called often are: its calls need no lists of what is to be
/// lowered, and refer to nothing that would have to be counted.
final class PlainSignature: Sendable {
  enum Parameter: Sendable {
    case integer
    /// UTF-8.
    case text
  }

  enum Result: Sendable {
    case none, signed32, unsigned32, signed64, text
  }

  let parameters: [Parameter]
  let result: Result
  let hasTexts: Bool
  let hasPostReturn: Bool
  /// The component instance that lifts the function.
  let instance: Int
  /// Those that a call enters.
  let entered: [Int]
  /// The number of the memory.
  let memory: Int?

  /// `nil` for a function of other types.
  init?(_ planned: PlannedExport, memory: Int?, entered: [Int]) {
    guard let signature = planned.signature, signature.spilledParameters == nil, planned.encoding == .utf8 else {
      return nil
    }
    var parameters: [Parameter] = []
    for layout in signature.parameters {
      switch layout.shape {
      case .integer: parameters.append(.integer)
      case .string where planned.realloc != nil && memory != nil: parameters.append(.text)
      default: return nil
      }
    }
    switch signature.result?.shape {
    case nil: result = .none
    case .integer(4, true)?: result = .signed32
    case .integer(4, false)?: result = .unsigned32
    case .integer(8, true)?: result = .signed64
    case .string? where memory != nil: result = .text
    default: return nil
    }
    self.parameters = parameters
    hasTexts = parameters.contains { if case .text = $0 { true } else { false } }
    hasPostReturn = planned.postReturn != nil
    instance = planned.instance
    self.entered = entered
    self.memory = memory
  }
}

/// Where a call of such a function is.
struct PlainCall {
  /// How many core values there are.
  var count = 0
  /// The parameter that is to be lowered next, and the place of its first core value.
  var parameter = 0
  var place = 0
}
