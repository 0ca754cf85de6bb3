import CWasmtime

/// The store of one process: everything that its guest has in the engine, freed together.
///
/// Owned by one program and entered only by the worker that holds the process.
package struct Store: ~Copyable {
  private let handle: OpaquePointer
  package let context: StoreContext
  /// Keeps the engine alive as long as its store.
  private let engine: Engine

  /// - Parameters:
  ///   - memoryLimit: Bytes that each memory of the store may have; `nil` for no limit.
  ///   - tableLimit: Elements that each table may have; `nil` for no limit.
  package init(engine: Engine, memoryLimit: UInt64?, tableLimit: UInt64? = nil) {
    self.engine = engine
    // Never null: the C API allocates, and aborts when there is no memory.
    handle = wasmtime_store_new(engine.handle, nil, nil)
    context = StoreContext(handle: wasmtime_store_context(handle))
    if memoryLimit != nil || tableLimit != nil {
      // A negative number keeps the engine's own limit.
      let bytes = memoryLimit.map { Int64(clamping: $0) } ?? -1
      wasmtime_store_limiter(handle, bytes, tableLimit.map { Int64(clamping: $0) } ?? -1, 100_000, 100_000, 100_000)
    }
    wasmtime_context_set_epoch_deadline(context.handle, 1)
  }

  /// Sets what host functions get as their owner; not retained, and must outlive the store.
  package func setOwner(_ owner: StoreOwner) {
    let record = UnsafeMutablePointer<StoreRecord>.allocate(capacity: 1)
    record.initialize(to: StoreRecord(owner: .passUnretained(owner)))
    wasmtime_context_set_data(context.handle, record)
    wasmtime_store_epoch_deadline_callback(
      handle,
      { _, data, delta, kind in
        let record = data.unsafelyUnwrapped.assumingMemoryBound(to: StoreRecord.self)
        delta.unsafelyUnwrapped.pointee = 1
        switch record.pointee.owner._withUnsafeGuaranteedRef({ $0.epochMoved() }) {
        case .proceed: kind.unsafelyUnwrapped.pointee = UInt8(WASMTIME_UPDATE_DEADLINE_CONTINUE)
        case .yield: kind.unsafelyUnwrapped.pointee = UInt8(WASMTIME_UPDATE_DEADLINE_YIELD)
        }
        return nil
      }, record, { $0?.deallocate() })
  }

  deinit {
    wasmtime_store_delete(handle)
  }
}

/// What a store belongs to: a subclass says what.
///
/// A class and not a protocol, and open instead of `package`, so that the engine's calls of it need not count references.
open class StoreOwner {
  public init() {}

  /// Decides whether the guest goes on: called on the guest's stack, at its first check after the epoch moved.
  open func epochMoved() -> EpochDecision { .proceed }

  /// The guest has called what `Linker.defineNotice` defines.
  open func noticed() {}

  /// What the wait of a suspended guest returns to it; `nil` while it waits. Asked at every poll.
  open func waitResult() -> UInt64? { nil }
}

/// What a guest does after its epoch has moved.
public enum EpochDecision: Sendable {
  case proceed
  /// Suspend: the poll of its future returns.
  case yield
}

/// What the callbacks of a store need, in memory that the store frees. Trivial, so that freeing is enough.
struct StoreRecord {
  let owner: Unmanaged<StoreOwner>
  /// Where the result of a wait goes, while there is one.
  var waitResult: UnsafeMutablePointer<wasmtime_val_t>?
}
