import CWasmtime
import Foundation
import Testing
import WippyCore

@testable import WippyEngine

/// The cache with real compiled modules.
@Suite struct CompiledCodeTests {
  private let directory: TemporaryDirectory
  private let wasm: [UInt8]

  init() throws {
    directory = try TemporaryDirectory()
    wasm = try BareEngine.wasm(
      "(module (memory 1) (data (i32.const 0) \"hello\") (func (export \"f\") unreachable))")
  }

  private func module(_ engine: BareEngine, _ compiled: inout Int) throws -> OpaquePointer {
    let cache = CodeCache(directory: try CacheDirectory.open(directory.path)) { Issue.record("\($0)") }
    let key = CodeKey(module: wasm.withUnsafeBytes { ContentDigest(of: $0) }, engine: EngineConfiguration())
    var count = compiled
    defer { compiled = count }
    return try cache.code(
      for: key,
      load: { path throws(EngineError) in try engine.load(path) },
      compile: { () throws(EngineError) in
        count += 1
        return try engine.compile(wasm)
      },
      serialize: { module, body throws(EngineError) in
        try engine.serialize(module).withUnsafeBytes { body($0) }
      })
  }

  @Test func aModuleComesFromTheFile() throws {
    var compiled = 0
    for _ in 0..<3 {
      let engine = try BareEngine(EngineConfiguration(pool: PoolConfiguration(processes: 4)))
      let module = try module(engine, &compiled)
      var exports = wasm_exporttype_vec_t()
      wasmtime_module_exports(module, &exports)
      #expect(exports.size == 1)
      wasm_exporttype_vec_delete(&exports)
      // The mapping outlives the file.
      for name in directory.names where compiled == 3 {
        try FileManager.default.removeItem(atPath: directory.path + "/" + name)
      }
      wasmtime_module_delete(module)
    }
    #expect(compiled == 1)
  }
}
