import CWasmtime
import WippyCore

/// How a call into a guest failed.
package struct EngineFault: Error {
  package var trap: Trap
  /// Whether this is no trap of the guest's, but something that the engine could not do: no free slot in its
  /// pool, a memory above the limit, an import of the wrong type.
  package var isEngineError: Bool
  /// For each frame of a trap, how many bytes its place is from the start of its function; empty where there are more
  /// frames than the engine's, by inlined functions.
  package private(set) var functionOffsets: [UInt64] = []

  /// Takes the outcome of a call, deleting both objects; `nil` when neither is there.
  init?(trap: OpaquePointer?, error: OpaquePointer?) {
    if let trap {
      let read = Trap(borrowing: trap)
      self.trap = read
      isEngineError = false
      let offsets = Trap.functionOffsets(of: trap)
      if offsets.count == read.backtrace.count { functionOffsets = offsets }
      wasm_trap_delete(trap)
      if let error { wasmtime_error_delete(error) }
    } else if let error {
      self.trap = Trap(consumingError: error)
      isEngineError = true
    } else {
      return nil
    }
  }
}
