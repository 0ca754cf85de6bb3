/// The engine's reasons for a trap, with its codes as raw values.
enum TrapCode: UInt8 {
  case stackOverflow = 0
  case memoryOutOfBounds = 1
  case misalignedAtomic = 2
  case tableOutOfBounds = 3
  case uninitializedElement = 4
  case indirectCallTypeMismatch = 5
  case integerOverflow = 6
  case integerDivisionByZero = 7
  case invalidConversion = 8
  case unreachable = 9
  case interrupted = 10

  /// How an exit reason names it.
  var message: String {
    switch self {
    case .stackOverflow: "stack overflow"
    case .memoryOutOfBounds: "out-of-bounds memory access"
    case .misalignedAtomic: "misaligned atomic access"
    case .tableOutOfBounds: "out-of-bounds table access"
    case .uninitializedElement: "uninitialized table element"
    case .indirectCallTypeMismatch: "indirect call type mismatch"
    case .integerOverflow: "integer overflow"
    case .integerDivisionByZero: "integer division by zero"
    case .invalidConversion: "invalid conversion to integer"
    case .unreachable: "unreachable"
    case .interrupted: "interrupted"
    }
  }
}
