/// A position in a binary: reads its elementary forms, and never past `end`.
///
/// The buffer must outlive the reader. Positions count from the start of the buffer.
struct BinaryReader {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  /// Where the innermost open section ends.
  private(set) var end: Int

  static let nameLimit = 100_000

  init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0) {
    self.bytes = bytes
    self.position = Swift.min(position, bytes.count)
    end = bytes.count
  }

  init(_ bytes: UnsafeRawBufferPointer, range: Range<Int>) {
    self.bytes = bytes
    end = Swift.min(range.upperBound, bytes.count)
    position = Swift.min(range.lowerBound, end)
  }

  var isAtEnd: Bool { position >= end }
  var remaining: Int { end - position }

  func failure(_ message: String) -> ComponentError { ComponentError(offset: position, message) }

  mutating func byte(_ what: @autoclosure () -> String) throws(ComponentError) -> UInt8 {
    guard position < end else { throw failure("the binary ends where \(what()) should be") }
    defer { position += 1 }
    return bytes[position]
  }

  func peek(_ what: @autoclosure () -> String) throws(ComponentError) -> UInt8 {
    guard position < end else { throw failure("the binary ends where \(what()) should be") }
    return bytes[position]
  }

  mutating func expect(_ value: UInt8, _ what: @autoclosure () -> String) throws(ComponentError) {
    let offset = position
    let found = try byte(what())
    guard found == value else {
      throw ComponentError(offset: offset, "\(what()) should be \(hexadecimal(value)), found \(hexadecimal(found))")
    }
  }

  mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(ComponentError) {
    guard count >= 0, count <= remaining else {
      throw failure("\(what()) should have \(count) bytes, and only \(remaining) are left")
    }
    position += count
  }

  mutating func u32(_ what: @autoclosure () -> String) throws(ComponentError) -> UInt32 {
    UInt32(truncatingIfNeeded: try unsigned(bits: 32, what()))
  }

  mutating func u64(_ what: @autoclosure () -> String) throws(ComponentError) -> UInt64 {
    try unsigned(bits: 64, what())
  }

  private mutating func unsigned(
    bits: Int, _ what: @autoclosure () -> String
  ) throws(ComponentError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift = 0
    while true {
      let next = try byte(what())
      let left = bits - shift
      if left < 7, next >> left != 0 {
        throw ComponentError(offset: start, "\(what()) does not fit \(bits) bits (LEB128)")
      }
      value |= UInt64(next & 0x7f) << UInt64(shift)
      if next & 0x80 == 0 { return value }
      shift += 7
    }
  }

  /// A signed 33-bit LEB128: an index when it is not negative.
  mutating func s33(_ what: @autoclosure () -> String) throws(ComponentError) -> Int64 {
    let start = position
    var value: Int64 = 0
    var shift: Int64 = 0
    while true {
      let next = try byte(what())
      // Only five bits are left in the fifth byte, the highest is the sign: what is above must repeat it.
      if shift == 28, next & 0x80 != 0 || !(next & 0x70 == 0 || next & 0x70 == 0x70) {
        throw ComponentError(offset: start, "\(what()) does not fit 33 bits (LEB128)")
      }
      value |= Int64(next & 0x7f) << shift
      shift += 7
      if next & 0x80 == 0 {
        return next & 0x40 == 0 ? value : value | (-1 << shift)
      }
    }
  }

  /// The number of elements of a vector, each of at least `minimumSize` bytes.
  mutating func count(of what: @autoclosure () -> String, minimumSize: Int = 1) throws(ComponentError) -> Int {
    let start = position
    let count = Int(try u32("the number of \(what())"))
    guard count <= remaining / minimumSize else {
      throw ComponentError(
        offset: start, "\(count) \(what()) are announced, and only \(remaining) bytes are left")
    }
    return count
  }

  mutating func name(_ what: @autoclosure () -> String) throws(ComponentError) -> String {
    let start = position
    let length = Int(try u32("the length of \(what())"))
    guard length <= remaining else {
      throw ComponentError(
        offset: start, "\(what()) is announced with \(length) bytes, and only \(remaining) are left")
    }
    guard length <= Self.nameLimit else {
      throw ComponentError(
        offset: start, "\(what()) has \(length) bytes: at most \(Self.nameLimit) are allowed")
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
    guard let name = String(validUTF8: text) else {
      throw failure("\(what()) is not valid UTF-8")
    }
    position += length
    return name
  }

  /// Opens a section of the length that stands here, and returns the end of the section around it.
  mutating func openSection(_ what: @autoclosure () -> String) throws(ComponentError) -> Int {
    let start = position
    let length = Int(try u32("the size of \(what())"))
    guard length <= remaining else {
      throw ComponentError(
        offset: start, "\(what()) is announced with \(length) bytes, and only \(remaining) are left")
    }
    let outer = end
    end = position + length
    return outer
  }

  mutating func closeSection(outer: Int, _ what: @autoclosure () -> String) throws(ComponentError) {
    guard position == end else {
      throw failure("\(what()) has \(remaining) bytes more than its content")
    }
    end = outer
  }

  /// Leaves the open section without reading the rest of it.
  mutating func skipSection(outer: Int) {
    position = end
    end = outer
  }
}

func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0x0\(digits)" : "0x\(digits)"
}
