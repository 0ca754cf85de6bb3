/// Random numbers of one process, made ahead: asking the system for one takes many times as long as using it.
struct RandomReserve {
  private static let capacity = 64

  private let source: any Randomness
  private var numbers: [UInt64] = []
  private var position = 0

  init(_ source: any Randomness) {
    self.source = source
  }

  mutating func next() -> UInt64 {
    if position == numbers.count {
      let source = source
      if numbers.isEmpty { numbers = Array(repeating: 0, count: RandomReserve.capacity) }
      numbers.withUnsafeMutableBytes { source.fill($0) }
      position = 0
    }
    defer {
      // Used up: nobody reads it again.
      numbers[position] = 0
      position += 1
    }
    return numbers[position]
  }

  /// Fills a few bytes from the reserve, many from the source.
  mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) {
    guard buffer.count <= 32 else { return source.fill(buffer) }
    var rest = buffer[...]
    while !rest.isEmpty {
      var number = next()
      withUnsafeBytes(of: &number) { bytes in
        let part = UnsafeMutableRawBufferPointer(rebasing: rest.prefix(8))
        part.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(part.count)))
      }
      rest = rest.dropFirst(8)
    }
  }
}
