import CWasmtime

/// WebAssembly's text format: of a core module or of a component.
package enum WebAssemblyText {
  /// The most text that is taken, in bytes of UTF-8.
  package static let maximumSize = 64 << 20

  /// The binary of `text`.
  ///
  /// - Throws: `EngineError.compilation` with line, column and what the engine's parser says.
  package static func binary(of text: String) throws(EngineError) -> [UInt8] {
    var text = text
    guard text.utf8.count <= maximumSize else {
      throw .compilation(message: "the text has \(text.utf8.count) bytes: more than \(maximumSize) are not taken")
    }
    let result: Result<[UInt8], EngineError> = text.withUTF8 { utf8 in
      var binary = wasm_byte_vec_t()
      let failure = utf8.withMemoryRebound(to: CChar.self) {
        wasmtime_wat2wasm($0.baseAddress, $0.count, &binary)
      }
      if let failure { return .failure(.compilation(message: EngineError.message(consuming: failure))) }
      defer { wasm_byte_vec_delete(&binary) }
      return .success(Array(UnsafeBufferPointer(start: binary.data, count: binary.size)))
    }
    return try result.get()
  }
}
