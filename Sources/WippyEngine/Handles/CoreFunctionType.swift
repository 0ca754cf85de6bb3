/// The type of a core function.
package struct CoreFunctionType: Hashable, Sendable {
  package var parameters: [CoreValueType]
  package var results: [CoreValueType]

  package init(parameters: [CoreValueType], results: [CoreValueType]) {
    self.parameters = parameters
    self.results = results
  }
}

/// A core value type, with its byte in the binary format as raw value.
package enum CoreValueType: UInt8, Hashable, Sendable {
  case i32 = 0x7f
  case i64 = 0x7e
  case f32 = 0x7d
  case f64 = 0x7c
  case v128 = 0x7b
  case funcref = 0x70
  case externref = 0x6f

  /// As in the text format. Written out, because a case's text by reflection is slow.
  package var name: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    }
  }
}
