/// Random numbers of one process, made ahead: asking the system for one takes many times as long as using it.
///
/// A class, so that taking one copies nothing. Used by the worker that holds the process only.
final class RandomReserve {
  private static let capacity = 64

  private let source: any Randomness
  @exclusivity(unchecked) private var numbers: [UInt64] = []
  @exclusivity(unchecked) private var position = 0

  init(_ source: any Randomness) {
    self.source = source
  }

  func next() -> UInt64 {
    if position == numbers.count {
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
  func fill(_ buffer: UnsafeMutableRawBufferPointer) {
    if buffer.count == 8 { return buffer.storeBytes(of: next(), as: UInt64.self) }
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
