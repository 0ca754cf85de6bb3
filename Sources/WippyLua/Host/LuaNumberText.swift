import CLua

/// Numbers as `tostring` writes them.
enum LuaNumberText {
  static func text(_ call: LuaCall, _ index: Int) throws(LuaFailure) -> String {
    if call.isInteger(index) { return String(try call.integer(index)) }
    let number = try call.number(index)
    if number.isNaN { return number.sign == .minus ? "-nan" : "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { buffer in
      clua_number_text(number, buffer.baseAddress, Int32(buffer.count))
      return buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }
}
