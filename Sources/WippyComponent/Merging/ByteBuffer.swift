/// Bytes that grow at the end, written without a check for each byte: merged modules have millions.
final class ByteBuffer {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int

  /// Bytes of an integer of 32 bits in the longest form that the format allows.
  static let longestInteger = 5

  init(capacity: Int) {
    self.capacity = max(capacity, 64)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Makes room for so many bytes more, and returns where they go. `advance` says how many it became.
  func reserve(_ extra: Int) -> UnsafeMutablePointer<UInt8> {
    if count + extra > capacity {
      capacity = max(capacity + capacity / 2, count + extra)
      let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
      moved.update(from: base, count: count)
      base.deallocate()
      base = moved
    }
    return base + count
  }

  func advance(to end: UnsafeMutablePointer<UInt8>) { count = end - base }

  func append(_ byte: UInt8) {
    reserve(1).pointee = byte
    count += 1
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    UnsafeMutableRawPointer(reserve(bytes.count)).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  func append(unsigned value: UInt32) {
    var end = reserve(ByteBuffer.longestInteger)
    end.write(value)
    advance(to: end)
  }

  func append(_ text: String) {
    var text = text
    text.withUTF8 {
      append(unsigned: UInt32($0.count))
      append(UnsafeRawBufferPointer($0))
    }
  }

  /// Leaves room for a size that is known later.
  func beginSize() -> Int {
    _ = reserve(ByteBuffer.longestInteger)
    count += ByteBuffer.longestInteger
    return count
  }

  /// Writes the size of what follows the place that `beginSize` returned, in the longest form.
  func endSize(_ start: Int) {
    var rest = UInt32(truncatingIfNeeded: count - start)
    for place in start - ByteBuffer.longestInteger..<start - 1 {
      base[place] = UInt8(rest & 0x7f) | 0x80
      rest >>= 7
    }
    base[start - 1] = UInt8(rest)
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Writes an unsigned LEB128, and moves behind it.
  ///
  /// - Parameter lastByte: What the last byte may be at most.
  @inline(__always)
  mutating func write(_ value: UInt32, lastByte: UInt32 = 0x7f) {
    var rest = value
    while rest > lastByte {
      pointee = UInt8(truncatingIfNeeded: rest) | 0x80
      self += 1
      rest >>= 7
    }
    pointee = UInt8(truncatingIfNeeded: rest)
    self += 1
  }
}
