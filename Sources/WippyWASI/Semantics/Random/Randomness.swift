import CLinux
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
  package init() {}

  package func fill(_ buffer: UnsafeMutableRawBufferPointer) {
    var offset = 0
    while offset < buffer.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[offset...])
      let count = getrandom(part.baseAddress, part.count, 0)
      if count > 0 {
        offset += count
      } else if errno != EINTR {
        // A kernel without the call.
        var generator = SystemRandomNumberGenerator()
        for index in part.indices { part[index] = generator.next() }
        return
      }
    }
  }
}
