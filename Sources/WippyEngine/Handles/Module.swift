import CWasmtime

/// A compiled core module, shared by all processes of its engine.
package final class Module: @unchecked Sendable {
  let handle: OpaquePointer
  package let engine: Engine

  /// Compiles `wasm`.
  package convenience init(compiling wasm: UnsafeRawBufferPointer, engine: Engine) throws(EngineError) {
    var module: OpaquePointer?
    let bytes = wasm.assumingMemoryBound(to: UInt8.self)
    if let error = wasmtime_module_new(engine.handle, bytes.baseAddress, bytes.count, &module) {
      throw .compilation(message: EngineError.message(consuming: error))
    }
    guard let module else { throw .compilation(message: "libwasmtime made no module") }
    self.init(owning: module, engine: engine)
  }

  /// Checks that `wasm` is a valid module, without compiling it.
  package static func validate(_ wasm: UnsafeRawBufferPointer, engine: Engine) throws(EngineError) {
    let bytes = wasm.assumingMemoryBound(to: UInt8.self)
    if let error = wasmtime_module_validate(engine.handle, bytes.baseAddress, bytes.count) {
      throw .compilation(message: EngineError.message(consuming: error))
    }
  }

  /// Maps compiled code from a file that `serialized()` wrote. The file must be trusted: it is machine code.
  package convenience init(mappingFile path: String, engine: Engine) throws(EngineError) {
    var module: OpaquePointer?
    if let error = wasmtime_module_deserialize_file(engine.handle, path, &module) {
      throw .compilation(message: EngineError.message(consuming: error))
    }
    guard let module else { throw .compilation(message: "libwasmtime made no module of \(path)") }
    self.init(owning: module, engine: engine)
  }

  private init(owning handle: OpaquePointer, engine: Engine) {
    self.handle = handle
    self.engine = engine
  }

  deinit {
    wasmtime_module_delete(handle)
  }

  /// Gives the compiled code, for `init(mappingFile:engine:)`, to `body`.
  package func withSerialized<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws(EngineError) -> Result {
    var code = wasm_byte_vec_t()
    if let error = wasmtime_module_serialize(handle, &code) {
      throw .compilation(message: EngineError.message(consuming: error))
    }
    defer { wasm_byte_vec_delete(&code) }
    return body(UnsafeRawBufferPointer(start: code.data, count: code.size))
  }
}
