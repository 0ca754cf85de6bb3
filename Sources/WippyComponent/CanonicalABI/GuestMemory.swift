/// The bytes of a guest's memory, with checks: every access is inside of it, or a violation.
///
/// Valid until the guest runs again, because its memory may move when it grows.
package struct GuestMemory {
  package let bytes: UnsafeMutableRawBufferPointer

  package init(_ bytes: UnsafeMutableRawBufferPointer) {
    self.bytes = bytes
  }

  /// Checks that `count` bytes at `address` are inside, and the address a multiple of `alignment`.
  @inlinable @inline(__always)
  package func check(_ address: UInt32, count: UInt64, alignment: UInt32 = 1) throws(ABIViolation) {
    guard address & (alignment - 1) == 0 else { throw GuestMemory.misaligned(address, alignment) }
    // Addresses have 32 bits, also where a memory is larger.
    guard UInt64(address) + count <= min(UInt64(bytes.count), 1 << 32) else {
      throw GuestMemory.outside(address, count, of: bytes.count)
    }
  }

  // Apart, because what throws them is inlined everywhere.

  @usableFromInline
  @inline(never)
  static func misaligned(_ address: UInt32, _ alignment: UInt32) -> ABIViolation {
    ABIViolation("pointer 0x\(String(address, radix: 16)) is not aligned to \(alignment)")
  }

  @usableFromInline
  @inline(never)
  static func outside(_ address: UInt32, _ count: UInt64, of size: Int) -> ABIViolation {
    ABIViolation(
      "pointer 0x\(String(address, radix: 16)) and \(count) bytes are outside of the memory of \(size) bytes")
  }

  /// Loads an integer as it stands in memory (little-endian, as the host is).
  @inlinable @inline(__always)
  package func load<Number: FixedWidthInteger>(_ address: UInt32, as type: Number.Type) throws(ABIViolation) -> Number {
    try check(address, count: UInt64(MemoryLayout<Number>.size), alignment: UInt32(MemoryLayout<Number>.alignment))
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: Int(address), as: type))
  }

  @inlinable @inline(__always)
  package func store<Number: FixedWidthInteger>(_ value: Number, at address: UInt32) throws(ABIViolation) {
    try check(address, count: UInt64(MemoryLayout<Number>.size), alignment: UInt32(MemoryLayout<Number>.alignment))
    bytes.storeBytes(of: value.littleEndian, toByteOffset: Int(address), as: Number.self)
  }

  /// A view of `count` bytes.
  @inlinable @inline(__always)
  package func slice(_ address: UInt32, count: UInt32) throws(ABIViolation) -> UnsafeMutableRawBufferPointer {
    try check(address, count: UInt64(count))
    return UnsafeMutableRawBufferPointer(rebasing: bytes[Int(address)..<Int(address) + Int(count)])
  }

  /// Copies `source` to `address`.
  package func copy(_ source: UnsafeRawBufferPointer, to address: UInt32) throws(ABIViolation) {
    try check(address, count: UInt64(source.count))
    guard let base = bytes.baseAddress, let from = source.baseAddress else { return }
    (base + Int(address)).copyMemory(from: from, byteCount: source.count)
  }
}
