import CWasmtime
import WippyCore

/// How a call into a guest failed.
package struct EngineFault: Error {
  package var trap: Trap
  /// Whether this is no trap of the guest's, but something that the engine could not do: no free slot in its
  /// pool, a memory above the limit, an import of the wrong type.
  package var isEngineError: Bool

  /// Takes the outcome of a call, deleting both objects; `nil` when neither is there.
  init?(trap: OpaquePointer?, error: OpaquePointer?) {
    if let trap {
      self.trap = Trap(consuming: trap)
      isEngineError = false
      if let error { wasmtime_error_delete(error) }
    } else if let error {
      self.trap = Trap(consumingError: error)
      isEngineError = true
    } else {
      return nil
    }
  }
}
