import CWasmtime

extension CoreValueType {
  /// The type of a `wasm_valkind_t`.
  init(kind: UInt8) {
    self =
      switch Int(kind) {
      case WASMTIME_I32: .i32
      case WASMTIME_I64: .i64
      case WASMTIME_F32: .f32
      case WASMTIME_F64: .f64
      case WASMTIME_V128: .v128
      case 129: .funcref
      default: .externref
      }
  }

  /// The `wasm_valkind_t` of this type.
  var kind: UInt8 {
    switch self {
    case .i32: UInt8(WASMTIME_I32)
    case .i64: UInt8(WASMTIME_I64)
    case .f32: UInt8(WASMTIME_F32)
    case .f64: UInt8(WASMTIME_F64)
    case .v128: UInt8(WASMTIME_V128)
    case .funcref: 129
    case .externref: 128
    }
  }
}

extension CoreFunctionType {
  /// A new `wasm_functype_t`, which the caller deletes.
  func makeHandle() -> OpaquePointer? {
    func vector(_ types: [CoreValueType]) -> wasm_valtype_vec_t {
      var vector = wasm_valtype_vec_t()
      let handles: [OpaquePointer?] = types.map { wasm_valtype_new($0.kind) }
      handles.withUnsafeBufferPointer { wasm_valtype_vec_new(&vector, $0.count, $0.baseAddress) }
      return vector
    }
    var parameters = vector(self.parameters)
    var results = vector(self.results)
    return wasm_functype_new(&parameters, &results)
  }
}
