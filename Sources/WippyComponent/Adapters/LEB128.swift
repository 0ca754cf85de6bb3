/// The variable-length integers of the binary format.
enum LEB128 {
  static func unsigned(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    repeat {
      let low = UInt8(rest & 0x7f)
      rest >>= 7
      bytes.append(rest == 0 ? low : low | 0x80)
    } while rest != 0
    return bytes
  }

  static func signed(_ value: Int64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while true {
      let low = UInt8(truncatingIfNeeded: rest & 0x7f)
      rest >>= 7
      let isLast = (rest == 0 && low & 0x40 == 0) || (rest == -1 && low & 0x40 != 0)
      bytes.append(isLast ? low : low | 0x80)
      if isLast { return bytes }
    }
  }
}
