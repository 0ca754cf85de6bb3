/// How an engine is made.
///
/// libwasmtime aborts on an impossible configuration, so `makeConfig()` validates first.
package struct EngineConfiguration: Sendable, Hashable {
  /// The pool's slots; `nil` allocates every stack and memory when it is needed.
  package var pool: PoolConfiguration?
  /// Bytes of a fiber's stack, which host functions share with the guest. Committed page by page.
  package var asyncStackBytes: Int
  /// Bytes of it that the guest may use; beyond them it traps with `stack overflow`.
  package var wasmStackBytes: Int
  /// Address space behind each memory. Part of the compiled code: engines with different values cannot share it.
  package var memoryReservation: UInt64
  /// Inaccessible bytes after each memory. Part of the compiled code.
  package var memoryGuard: UInt64
  /// Whether compiling may use all processors.
  package var parallelCompilation: Bool

  package init(pool: PoolConfiguration? = nil) {
    self.pool = pool
    // The guest's share is the usual one, so that what runs elsewhere runs here. The host's share is for callbacks,
    // whose overflow would abort the process.
    asyncStackBytes = 768 << 10
    wasmStackBytes = 512 << 10
    // 4 GiB and a guard: no bounds check is compiled for a 32-bit memory.
    memoryReservation = 1 << 32
    memoryGuard = 32 << 20
    parallelCompilation = true
  }

  /// The bytes that the guest's part of a stack leaves to host functions, at least.
  static let hostStackBytes = 64 << 10

  /// The settings that compiled code depends on, as text: equal text, exchangeable code.
  package var codeFingerprint: String {
    "reservation=\(memoryReservation) guard=\(memoryGuard) epochs=1 concurrency=0 cow=1 debuginfo=1"
  }
}
