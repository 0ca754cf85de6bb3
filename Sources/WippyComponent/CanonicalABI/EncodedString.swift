/// A string as a guest wants it: measured first, then written.
struct EncodedString {
  private let text: String
  private let form: Form
  let allocation: Lowering.Allocation
  /// The length that is passed beside the pointer: code units, with the tag that tells UTF-16 from Latin-1.
  let length: UInt32

  private enum Form {
    case utf8
    case utf16
    case latin1
  }

  init(_ text: String, _ encoding: StringEncoding) throws(ABIViolation) {
    self.text = text
    let units: Int
    let tag: UInt32
    switch encoding {
    case .utf8:
      form = .utf8
      units = text.utf8.count
      tag = 0
    case .latin1OrUTF16 where text.unicodeScalars.allSatisfy { $0.value < 256 }:
      form = .latin1
      units = text.unicodeScalars.count
      tag = 0
    case .utf16, .latin1OrUTF16:
      form = .utf16
      units = text.utf16.count
      tag = encoding == .utf16 ? 0 : 0x8000_0000
    }
    let bytes = form == .utf16 ? units * 2 : units
    guard bytes <= Lowering.maximumBytes else { throw EncodedString.tooLong(bytes) }
    allocation = Lowering.Allocation(size: UInt32(bytes), alignment: encoding == .utf8 ? 1 : 2)
    length = UInt32(units) | tag
  }

  static func tooLong(_ bytes: Int) -> ABIViolation {
    ABIViolation("a string of \(bytes) bytes is too long for a guest")
  }

  /// Writes to `place`, which has `allocation.size` bytes.
  func write(to place: UnsafeMutableRawBufferPointer) {
    switch form {
    case .utf8:
      var text = text
      text.withUTF8 { place.copyMemory(from: UnsafeRawBufferPointer($0)) }
    case .utf16:
      for (index, unit) in text.utf16.enumerated() {
        place.storeBytes(of: unit.littleEndian, toByteOffset: index * 2, as: UInt16.self)
      }
    case .latin1:
      for (index, scalar) in text.unicodeScalars.enumerated() {
        place[index] = UInt8(truncatingIfNeeded: scalar.value)
      }
    }
  }
}
