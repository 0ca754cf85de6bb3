/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
package enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var start = 0
    while start < bytes.count {
      let count = min(3, bytes.count - start)
      var group = UInt32(bytes[start]) << 16
      if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
      if count > 2 { group |= UInt32(bytes[start + 2]) }
      for position in 0..<4 {
        text.append(position <= count ? alphabet[Int(group >> (18 - 6 * position)) & 63] : padding)
      }
      start += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `nil` when `text` is not base64: another character, wrong padding, or bits that no encoder sets.
  package static func decode(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3)
    var start = 0
    while start < digits.count {
      let isLast = start + 4 == digits.count
      let pads = isLast ? digits[start...].reversed().prefix(2).prefix { $0 == padding }.count : 0
      var group: UInt32 = 0
      for digit in digits[start..<(start + 4 - pads)] {
        guard let bits = bits(of: digit) else { return nil }
        group = group << 6 | bits
      }
      group <<= UInt32(6 * pads)
      if pads > 0, group & (pads == 1 ? 0xff : 0xffff) != 0 { return nil }
      bytes.append(UInt8(truncatingIfNeeded: group >> 16))
      if pads < 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
      if pads < 1 { bytes.append(UInt8(truncatingIfNeeded: group)) }
      start += 4
    }
    return bytes
  }

  private static func bits(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
