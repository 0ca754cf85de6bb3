import WippyCore

/// Reads numbers that stand alone, in WAVE or on a command line.
///
/// `nil` means that the text is no such number; an error that the type cannot hold it.
enum PlainText {
  /// A decimal integer with an optional `-`.
  static func integer(_ text: String, as type: ValueType) throws(ValueError) -> Value? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    if let number = Int64(text) { return try ValueConformance.convert(.integer(number), to: type) }
    if let number = UInt64(text) { return try ValueConformance.convert(.unsigned(number), to: type) }
    throw ValueConformance.outOfRange(text.utf8.count > 40 ? "the number" : text, type)
  }

  /// A decimal number, `nan`, `inf` or `-inf`. An `f32` is rounded once, from the text.
  static func float(_ text: String, as type: ValueType) throws(ValueError) -> Value? {
    switch text {
    case "nan": return .float(.nan)
    case "inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    default: break
    }
    // `Double` would read hexadecimal numbers, signs and names of its own.
    guard text.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      text.utf8.allSatisfy(isNumberByte),
      let number = type == .f32 ? Float(text).map(Double.init) : Double(text)
    else { return nil }
    guard number.isFinite else {
      throw ValueConformance.outOfRange(text.utf8.count > 40 ? "the number" : text, type)
    }
    return .float(number)
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
