import Foundation
import Testing

/// Our header against the bindings of the wheel that the library comes from.
@Suite struct HeaderTests {
  private let header = packageDirectory.appending(path: "Sources/CWasmtime/include/CWasmtime.h")

  private func compare(_ header: URL) throws -> (status: Int32, output: String) {
    try run([
      "python3", packageDirectory.appending(path: "Scripts/compare-header.py").path, header.path,
      packageDirectory.appending(path: ".deps/wasmtime/bindings.py").path, "clang",
    ])
  }

  @Test func agreesWithTheBindings() throws {
    let (status, output) = try compare(header)
    #expect(status == 0, "\(output)")
    #expect(output.contains("functions agree"))
  }

  @Test(arguments: [
    // A parameter too few, a result that is missing, a wrong width, a name that does not exist.
    (
      "bool wasmtime_call_future_poll(wasmtime_call_future_t *future)",
      "bool wasmtime_call_future_poll(void)",
      "wasmtime_call_future_poll: 0 parameters, and 1"
    ),
    (
      "bool wasmtime_call_future_poll(", "void wasmtime_call_future_poll(",
      "wasmtime_call_future_poll: result is None"
    ),
    (
      "wasmtime_pooling_allocation_config_t *pool, size_t bytes",
      "wasmtime_pooling_allocation_config_t *pool, uint32_t bytes",
      "parameter 2 is 4, and 8"
    ),
    (
      "void wasmtime_module_delete(", "void wasmtime_module_destroy(",
      "wasmtime_module_destroy: the bindings have no"
    ),
    ("wasm_name_t *message);", "size_t message);", "parameter 2 is 8, and pointer"),
    // A field too many, one too few, one in the wrong place, a wrong width, a union that is too small.
    (
      "void *private_; } wasmtime_func_t", "void *private_; int more; } wasmtime_func_t",
      "wasmtime_func_t: 24 bytes, and 16"
    ),
    (
      "  uint32_t private3;\n} wasmtime_global_t", "} wasmtime_global_t", "wasmtime_global_t: 3 fields, and 4"
    ),
    (
      "size_t size; uint8_t *data; } wasm_byte_vec_t", "uint8_t *data; size_t size; } wasm_byte_vec_t",
      "wasm_byte_vec_t.data: `size` in the bindings"
    ),
    (
      "{ uint32_t min; uint32_t max; } wasm_limits_t", "{ uint64_t min; uint32_t max; } wasm_limits_t",
      "wasm_limits_t.min: 8 bytes"
    ),
    ("uint64_t reference[3];", "", "wasmtime_valunion_t: 16 bytes, and 24"),
    (
      "typedef uint8_t wasmtime_valkind_t", "typedef uint32_t wasmtime_valkind_t",
      "wasmtime_val_t.kind: 4 bytes"
    ),
  ])
  func findsWrongDeclarations(original: String, replacement: String, problem: String) throws {
    let directory = try TemporaryDirectory()
    let text = try String(contentsOf: header, encoding: .utf8)
    try #require(text.contains(original))
    let changed = text.replacing(original, with: replacement, maxReplacements: 1)
    try directory.write("CWasmtime.h", Array(changed.utf8))
    let (status, output) = try compare(URL(fileURLWithPath: directory.path + "/CWasmtime.h"))
    #expect(status == 1, "\(output)")
    #expect(output.contains(problem), "\(output)")
  }
}
