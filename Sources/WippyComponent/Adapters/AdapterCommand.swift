/// What a resumable host function wants of its adapter: the low byte says what, the high half has a number.
enum AdapterCommand {
  static let done: UInt64 = 0
  static let wait: UInt64 = 1
  /// Call `fail`, which traps.
  static let fail: UInt64 = 3

  /// The adapter of an export returns: there is no further call for it.
  static let stop: UInt64 = 4

  /// Return `result`, an `i32`.
  static func done(_ result: UInt32) -> UInt64 { UInt64(result) << 32 }

  /// To the adapter of an export: call `realloc` for each of the first allocations in the `TransferArea`.
  static func allocate(_ count: Int) -> UInt64 { UInt64(count) << 8 | 2 }

  /// Call `realloc`; the alignment is in the second byte.
  static func allocate(_ allocation: Lowering.Allocation) -> UInt64 {
    UInt64(allocation.size) << 32 | UInt64(allocation.alignment) << 8 | 2
  }
}
