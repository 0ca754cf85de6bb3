import Glibc

/// What the machine lets one program have of the things that engines use up.
package struct MachineLimits: Sendable, Hashable {
  /// `vm.max_map_count`: mappings of memory that a program may have.
  package var mappingLimit: Int
  /// Mappings that it has.
  package var mappingsInUse: Int

  package init(mappingLimit: Int, mappingsInUse: Int) {
    self.mappingLimit = mappingLimit
    self.mappingsInUse = mappingsInUse
  }

  /// The limits of this machine now. Takes microseconds in a small program, and 30 ms with 60,000 mappings.
  package static func current() -> MachineLimits {
    MachineLimits(mappingLimit: mappingLimitOfKernel() ?? 65_530, mappingsInUse: countMappings())
  }

  private static func mappingLimitOfKernel() -> Int? {
    var digits: [UInt8] = []
    readFile("/proc/sys/vm/max_map_count") { digits.append(contentsOf: $0) }
    return Int(String(decoding: digits.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  private static func countMappings() -> Int {
    var lines = 0
    readFile("/proc/self/maps") { bytes in
      for byte in bytes where byte == UInt8(ascii: "\n") { lines += 1 }
    }
    return lines
  }

  /// Hands the file to `body` piece by piece; an unreadable file (no `/proc`) is an empty one.
  private static func readFile(_ path: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 8) { buffer in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }
}
