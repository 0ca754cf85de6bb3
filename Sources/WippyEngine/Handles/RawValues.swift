import CWasmtime

/// The arguments of a core function, and the place of its results, as the engine passes them.
///
/// Results overwrite arguments: read all arguments that are needed before a result is written.
package struct RawValues {
  let base: UnsafeMutablePointer<wasmtime_val_raw_t>?

  init(base: UnsafeMutablePointer<wasmtime_val_raw_t>?) {
    self.base = base
  }

  /// No values: of a function that goes on after a wait.
  package init() {
    base = nil
  }

  @inline(__always)
  private func slot(_ index: Int) -> UnsafeMutableRawPointer {
    // The engine passes room for all arguments and results of the function's type; a function without either
    // never gets here.
    UnsafeMutableRawPointer(base.unsafelyUnwrapped + index)
  }

  package func i32(_ index: Int) -> Int32 { slot(index).loadUnaligned(as: Int32.self) }
  package func u32(_ index: Int) -> UInt32 { slot(index).loadUnaligned(as: UInt32.self) }
  package func i64(_ index: Int) -> Int64 { slot(index).loadUnaligned(as: Int64.self) }
  package func u64(_ index: Int) -> UInt64 { slot(index).loadUnaligned(as: UInt64.self) }
  package func f32Bits(_ index: Int) -> UInt32 { u32(index) }
  package func f64Bits(_ index: Int) -> UInt64 { u64(index) }

  package func set(_ index: Int, i32 value: Int32) { slot(index).storeBytes(of: value, as: Int32.self) }
  package func set(_ index: Int, u32 value: UInt32) { slot(index).storeBytes(of: value, as: UInt32.self) }
  package func set(_ index: Int, i64 value: Int64) { slot(index).storeBytes(of: value, as: Int64.self) }
  package func set(_ index: Int, u64 value: UInt64) { slot(index).storeBytes(of: value, as: UInt64.self) }
}
