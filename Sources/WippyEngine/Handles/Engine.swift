import CWasmtime

/// One engine of libwasmtime: the settings, the allocator of instances, and the epoch that preempts guests.
///
/// Thread-safe, as libwasmtime documents its engines to be.
package final class Engine: @unchecked Sendable {
  let handle: OpaquePointer
  package let configuration: EngineConfiguration

  /// Makes an engine after checking that libwasmtime will take the configuration: an invalid one would abort.
  package init(_ configuration: EngineConfiguration, on machine: MachineLimits) throws(EngineError) {
    guard let handle = wasm_engine_new_with_config(try configuration.makeConfig(on: machine)) else {
      throw .configuration(field: "engine", reason: "libwasmtime made no engine of these settings")
    }
    self.handle = handle
    self.configuration = configuration
  }

  package convenience init(_ configuration: EngineConfiguration) throws(EngineError) {
    try self.init(configuration, on: .current())
  }

  deinit {
    wasm_engine_delete(handle)
  }

  /// Makes every guest of this engine that runs now look at its epoch callback.
  package func incrementEpoch() {
    wasmtime_engine_increment_epoch(handle)
  }
}
