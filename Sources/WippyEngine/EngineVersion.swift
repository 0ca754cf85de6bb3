import CWasmtime

/// The version of libwasmtime that this was built for.
package enum EngineVersion {
  package static let text = WASMTIME_VERSION_EXPECTED
}
