import Synchronization
import WippyEngine

/// A memory through which the host and the adapters of a guest's exports pass what plain calls take and return.
///
/// It cannot grow, so that it stays where it is: the host need not ask the engine for it, nor for the guest's memory,
/// between which and this one the adapter copies. See `ExportAdapter+Transfer`.
struct TransferArea {
  /// The flags of the component instances have the first page, where the guest has no memory for them.
  static let pages: UInt64 = 2
  /// Whether there is a call in the area; the adapter takes it.
  static let command: UInt32 = 0x1_0000
  /// Whether the text that the function returned is here.
  static let answer: UInt32 = 0x1_0004
  /// Eight bytes for each argument, the length where it is a text; then the result or its length in the first of them.
  static let values: UInt32 = 0x1_0008
  /// The texts of the arguments one after the other, then that of the result.
  static let texts: UInt32 = 0x1_0100
  /// What is checked together.
  static let block: UInt32 = 32
  /// The bytes of all texts. A block is left behind them, because texts are checked by blocks.
  static let capacity: UInt32 = 0x2_0000 - texts - block

  /// How many allocations have room where the texts are: eight bytes for the size and the alignment of each, the pointer
  /// then.
  static let maximumAllocations = Int(capacity / 8)

  let memory: Memory
  let base: UnsafeMutableRawPointer

  /// Each is a mapping of its own, of which a process of the operating system cannot have any number.
  private static let limit = 1000
  private static let count = Atomic<Int>(0)

  /// `nil` where there is no room for another one.
  init?(in context: StoreContext) {
    guard TransferArea.count.add(1, ordering: .relaxed).newValue <= TransferArea.limit,
      let memory = context.makeMemory(pages: TransferArea.pages), let base = context.bytes(of: memory).baseAddress
    else {
      TransferArea.release()
      return nil
    }
    self.memory = memory
    self.base = base
  }

  /// The memory itself goes with its store.
  static func release() { count.subtract(1, ordering: .relaxed) }

  // MARK: Access

  @inline(__always)
  func place(_ offset: UInt32) -> UnsafeMutableRawPointer { base + Int(offset) }

  @inline(__always)
  var hasCall: Bool {
    get { place(TransferArea.command).load(as: UInt32.self) != 0 }
    nonmutating set { place(TransferArea.command).storeBytes(of: newValue ? 1 : 0, as: UInt32.self) }
  }

  @inline(__always)
  func setValue(_ index: Int, _ value: UInt64) {
    (place(TransferArea.values) + index * 8).storeBytes(of: value, as: UInt64.self)
  }

  /// Read as it was written, because a wider load would have to wait for the store.
  @inline(__always)
  func result<Number: FixedWidthInteger>(as type: Number.Type) -> Number {
    place(TransferArea.values).load(as: type)
  }

  func setAllocation(_ index: Int, _ allocation: Lowering.Allocation) {
    let place = place(TransferArea.texts) + index * 8
    place.storeBytes(of: allocation.size, as: UInt32.self)
    place.storeBytes(of: allocation.alignment, toByteOffset: 4, as: UInt32.self)
  }

  /// What `realloc` has returned.
  func pointer(_ index: Int) -> UInt32 { (place(TransferArea.texts) + index * 8).load(as: UInt32.self) }

  /// The text that the adapter has put here, which is ASCII; `nil` where it has not.
  @inline(__always)
  func takeText() -> String? {
    guard place(TransferArea.answer).load(as: UInt32.self) != 0 else { return nil }
    place(TransferArea.answer).storeBytes(of: 0, as: UInt32.self)
    let count = min(Int(result(as: UInt32.self)), Int(TransferArea.capacity))
    let bytes = UnsafeRawBufferPointer(start: place(TransferArea.texts), count: count)
    // The adapter has looked at each byte, and nobody else has the area.
    return bytes.withMemoryRebound(to: UInt8.self) { text in
      String(copying: UTF8Span(unchecked: text.span, isKnownASCII: true))
    }
  }
}
