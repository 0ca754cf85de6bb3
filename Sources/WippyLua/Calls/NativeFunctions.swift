import Synchronization

/// Numbers the Swift functions, so that C can name them.
///
/// Unchecked: entries are written once, under the lock, before anybody knows their number.
final class NativeFunctions: @unchecked Sendable {
  static let shared = NativeFunctions()

  private static let blockSize = 256
  private static let blockCount = 1024
  private let blocks: UnsafeMutablePointer<UnsafeMutablePointer<LuaFunction>?>
  private let count = Mutex(0)

  private init() {
    blocks = .allocate(capacity: NativeFunctions.blockCount)
    blocks.initialize(repeating: nil, count: NativeFunctions.blockCount)
  }

  /// The function's number. Modules are made once and live for ever; when there are too many, the last one's number is
  /// given again.
  func add(_ function: @escaping LuaFunction) -> Int32 {
    count.withLock { count in
      let size = NativeFunctions.blockSize
      guard count < size * NativeFunctions.blockCount else { return Int32(count - 1) }
      let (block, index) = count.quotientAndRemainder(dividingBy: size)
      let storage = blocks[block] ?? .allocate(capacity: size)
      blocks[block] = storage
      (storage + index).initialize(to: function)
      count += 1
      return Int32(count - 1)
    }
  }

  @inline(__always)
  func call(_ number: Int32, _ call: inout LuaCall) throws(LuaFailure) -> LuaReturn {
    let (block, index) = Int(number).quotientAndRemainder(dividingBy: NativeFunctions.blockSize)
    guard let storage = blocks[block] else { throw .raise("this function does not exist") }
    return try storage[index](&call)
  }
}
