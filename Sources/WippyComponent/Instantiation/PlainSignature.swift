import WippyCore

/// A function of integers and texts only, as most that are called often are: what it takes and returns fits a
/// `TransferArea`. Refers to nothing that would have to be counted in each of its calls, but for `entered`.
struct PlainSignature: Sendable {
  enum Result: Sendable {
    case none, signed32, unsigned32, signed64, text
  }

  /// How many parameters there are.
  let count: Int
  /// A bit for each parameter that is a text, in UTF-8; all others are integers.
  let texts: UInt32
  let result: Result
  /// The number of the memory.
  let memory: Int?
  /// The component instances that a call enters.
  let entered: [Int]

  /// `nil` for a function of other types.
  init?(_ planned: PlannedExport, memory: Int?, entered: [Int]) {
    guard let signature = planned.signature, signature.spilledParameters == nil, planned.encoding == .utf8 else {
      return nil
    }
    var texts: UInt32 = 0
    for (index, layout) in signature.parameters.enumerated() {
      switch layout.shape {
      case .integer: break
      case .string where planned.realloc != nil && memory != nil: texts |= 1 << UInt32(index)
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
    count = signature.parameters.count
    self.texts = texts
    self.memory = memory
    self.entered = entered
  }

  @inline(__always)
  func isText(_ index: Int) -> Bool { texts >> UInt32(truncatingIfNeeded: index) & 1 != 0 }
}

/// What is left to do when a plain call is over.
struct PlainCall {
  let result: PlainSignature.Result
  let memory: Int?
}
