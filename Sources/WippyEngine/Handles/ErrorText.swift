import CWasmtime

/// Texts of the C API's error objects.
enum ErrorText {
  /// The message of `error`, which is deleted.
  static func consume(_ error: OpaquePointer) -> String {
    defer { wasmtime_error_delete(error) }
    return text(of: error)
  }

  /// The message of `error`.
  static func text(of error: OpaquePointer) -> String {
    var message = wasm_name_t()
    wasmtime_error_message(error, &message)
    defer { wasm_byte_vec_delete(&message) }
    return String(wasmName: &message)
  }
}
