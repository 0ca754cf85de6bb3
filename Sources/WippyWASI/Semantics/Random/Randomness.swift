import Glibc

/// Where random bytes come from.
package protocol Randomness: Sendable {
  func fill(_ buffer: UnsafeMutableRawBufferPointer)
}

extension Randomness {
  package func number() -> UInt64 {
    var number: UInt64 = 0
    withUnsafeMutableBytes(of: &number) { fill($0) }
    return number
  }

  package func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
  }
}

/// The system's cryptographically secure source.
package struct SystemRandomness: Randomness {
  /// What the kernel gives in one call.
  private static let chunk = 256

  package init() {}

  package func fill(_ buffer: UnsafeMutableRawBufferPointer) {
    var offset = 0
    while offset < buffer.count {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: buffer[offset..<min(offset + SystemRandomness.chunk, buffer.count)])
      if getentropy(part.baseAddress, part.count) != 0 {
        // A kernel without the call.
        var generator = SystemRandomNumberGenerator()
        for index in part.indices { part[index] = generator.next() }
      }
      offset += part.count
    }
  }
}
