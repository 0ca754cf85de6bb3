extension ValueType {
  /// Longer types are named by their kind in messages.
  private static let longestDescription = 60

  /// The type in WIT notation, or its kind (`record`) when that would be long.
  var shortDescription: String {
    let text = WITPrinter().text(of: self)
    return text.utf8.count <= ValueType.longestDescription ? text : kindName
  }

  private var kindName: String {
    switch self {
    case .list: "list"
    case .record: "record"
    case .tuple: "tuple"
    case .variant: "variant"
    case .enumeration: "enum"
    case .option: "option"
    case .result: "result"
    case .flags: "flags"
    default: WITPrinter().text(of: self)
    }
  }

  /// The bounds of an integer type; `nil` for every other type.
  var integerRange: IntegerRange? {
    switch self {
    case .s8: IntegerRange(Int8.self)
    case .u8: IntegerRange(UInt8.self)
    case .s16: IntegerRange(Int16.self)
    case .u16: IntegerRange(UInt16.self)
    case .s32: IntegerRange(Int32.self)
    case .u32: IntegerRange(UInt32.self)
    case .s64: IntegerRange(Int64.self)
    case .u64: IntegerRange(UInt64.self)
    default: nil
    }
  }
}
