/// The size limits of a core memory (in pages) or table (in elements).
package struct CoreLimits: Hashable, Sendable {
  package var minimum: UInt64
  package var maximum: UInt64?
  package var is64 = false
  package var isShared = false

  package init(minimum: UInt64, maximum: UInt64? = nil, is64: Bool = false, isShared: Bool = false) {
    self.minimum = minimum
    self.maximum = maximum
    self.is64 = is64
    self.isShared = isShared
  }

  /// Whether something of these limits can stand where `expected` is asked for.
  func satisfies(_ expected: CoreLimits) -> Bool {
    guard is64 == expected.is64, isShared == expected.isShared, minimum >= expected.minimum else { return false }
    guard let bound = expected.maximum else { return true }
    guard let maximum else { return false }
    return maximum <= bound
  }

  static func read(from reader: inout BinaryReader, isMemory: Bool) throws(ComponentError) -> CoreLimits {
    let offset = reader.position
    let flags = try reader.byte("the flags of limits")
    if isMemory, flags & 0xf8 == 0x08 { throw .unsupported("memories with custom page sizes", at: offset) }
    guard flags & 0xf8 == 0, isMemory || flags & 0x02 == 0 else {
      throw ComponentError(offset: offset, "\(hexadecimal(flags)) are not flags of limits")
    }
    let is64 = flags & 0x04 != 0
    let minimum = try bound(from: &reader, is64: is64, "a minimum size")
    let maximum = flags & 0x01 == 0 ? nil : try bound(from: &reader, is64: is64, "a maximum size")
    if let maximum, maximum < minimum {
      throw ComponentError(offset: offset, "the maximum size \(maximum) is below the minimum size \(minimum)")
    }
    return CoreLimits(minimum: minimum, maximum: maximum, is64: is64, isShared: flags & 0x02 != 0)
  }

  private static func bound(
    from reader: inout BinaryReader, is64: Bool, _ what: String
  ) throws(ComponentError) -> UInt64 {
    is64 ? try reader.u64(what) : UInt64(try reader.u32(what))
  }
}

extension BinaryReader {
  mutating func flag(_ what: String) throws(ComponentError) -> Bool {
    let offset = position
    switch try byte(what) {
    case 0x00: return false
    case 0x01: return true
    case let other:
      throw ComponentError(offset: offset, "\(what) should be 0x00 or 0x01, found \(hexadecimal(other))")
    }
  }
}
