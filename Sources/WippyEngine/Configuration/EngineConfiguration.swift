import CWasmtime
package struct EngineConfiguration: Sendable, Hashable {
  package var pool: Int? = 100
  package init() {}
  func validated() throws(EngineError) -> EngineConfiguration { self }
  func makeConfig() -> OpaquePointer {
    let c = wasm_config_new()!
    wasmtime_config_epoch_interruption_set(c, true)
    wasmtime_config_async_stack_size_set(c, 256 << 10)
    wasmtime_config_max_wasm_stack_set(c, 128 << 10)
    return c
  }
}
