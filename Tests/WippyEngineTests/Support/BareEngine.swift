import CWasmtime
import WippyEngine

/// An engine over the bare C API, so that these tests need nothing of the handles.
final class BareEngine {
  let engine: OpaquePointer

  init(_ configuration: EngineConfiguration = EngineConfiguration()) throws {
    guard let engine = wasm_engine_new_with_config(try configuration.makeConfig()) else {
      throw EngineError.refused(operation: "making an engine", message: "no engine")
    }
    self.engine = engine
  }

  deinit { wasm_engine_delete(engine) }

  static func wasm(_ text: String) throws(EngineError) -> [UInt8] {
    var bytes = wasm_byte_vec_t()
    var text = text
    let error = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { wasmtime_wat2wasm($0.baseAddress, $0.count, &bytes) }
    }
    if let error { throw .compilation(message: EngineError.message(consuming: error)) }
    defer { wasm_byte_vec_delete(&bytes) }
    return Array(UnsafeBufferPointer(start: bytes.data, count: bytes.size))
  }

  func compile(_ wasm: [UInt8]) throws(EngineError) -> OpaquePointer {
    var module: OpaquePointer?
    if let error = wasmtime_module_new(engine, wasm, wasm.count, &module) {
      throw .compilation(message: EngineError.message(consuming: error))
    }
    guard let module else { throw .compilation(message: "no module") }
    return module
  }

  func load(_ path: String) throws(EngineError) -> OpaquePointer {
    var module: OpaquePointer?
    if let error = wasmtime_module_deserialize_file(engine, path, &module) {
      throw .refused(operation: "loading \(path)", message: EngineError.message(consuming: error))
    }
    guard let module else { throw .refused(operation: "loading \(path)", message: "no module") }
    return module
  }

  func serialize(_ module: OpaquePointer) throws(EngineError) -> [UInt8] {
    var code = wasm_byte_vec_t()
    if let error = wasmtime_module_serialize(module, &code) {
      throw .refused(operation: "serializing", message: EngineError.message(consuming: error))
    }
    defer { wasm_byte_vec_delete(&code) }
    return Array(UnsafeBufferPointer(start: code.data, count: code.size))
  }

  /// How a call of the module's export `f` without parameters ends, or its instantiation.
  enum Ending {
    case returned
    case trap(OpaquePointer)
    case error(OpaquePointer)
  }

  /// Instantiates and calls; `h.h` is a host function that traps with `hostMessage`.
  func call(_ wasm: [UInt8], hostMessage: String = "host", ticks: UInt64 = 1 << 40) throws -> Ending {
    let module = try compile(wasm)
    defer { wasmtime_module_delete(module) }
    let linker = wasmtime_linker_new(engine)
    defer { wasmtime_linker_delete(linker) }
    var parameters = wasm_valtype_vec_t()
    var results = wasm_valtype_vec_t()
    let type = wasm_functype_new(&parameters, &results)
    defer { wasm_functype_delete(type) }
    let box = Unmanaged.passRetained(Message(hostMessage)).toOpaque()
    let defined = wasmtime_linker_define_func_unchecked(
      linker, "h", 1, "h", 1, type,
      { env, _, _, _ in
        guard let env else { return nil }
        let text = Unmanaged<Message>.fromOpaque(env).takeUnretainedValue().text
        return wasmtime_trap_new(text, text.utf8.count)
      }, box, { $0.map { Unmanaged<Message>.fromOpaque($0).release() } })
    if let defined { wasmtime_error_delete(defined) }
    guard let store = wasmtime_store_new(engine, nil, nil) else { return .returned }
    defer { wasmtime_store_delete(store) }
    let context = wasmtime_store_context(store)
    wasmtime_store_epoch_deadline_callback(
      store, { _, _, _, _ in wasmtime_error_new("over") }, nil, nil)
    wasmtime_context_set_epoch_deadline(context, ticks)
    let out = Outcome()
    if let ending = out.wait(
      wasmtime_linker_instantiate_async(linker, context, module, out.instance, out.trap, out.error))
    {
      return ending
    }
    var item = wasmtime_extern_t()
    guard wasmtime_instance_export_get(context, out.instance, "f", 1, &item) else { return .returned }
    out.function.pointee = item.of.func
    return out.wait(wasmtime_func_call_async(context, out.function, nil, 0, nil, 0, out.trap, out.error))
      ?? .returned
  }
}

private final class Message {
  let text: String
  init(_ text: String) { self.text = text }
}

/// Where an asynchronous call leaves what came of it.
private final class Outcome {
  let instance = UnsafeMutablePointer<wasmtime_instance_t>.allocate(capacity: 1)
  let function = UnsafeMutablePointer<wasmtime_func_t>.allocate(capacity: 1)
  let trap = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: 1)
  let error = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: 1)

  init() {
    trap.initialize(to: nil)
    error.initialize(to: nil)
  }

  deinit {
    instance.deallocate()
    function.deallocate()
    trap.deallocate()
    error.deallocate()
  }

  func wait(_ future: OpaquePointer?) -> BareEngine.Ending? {
    while !wasmtime_call_future_poll(future) {}
    wasmtime_call_future_delete(future)
    if let trap = trap.pointee { return .trap(trap) }
    if let error = error.pointee { return .error(error) }
    return nil
  }
}
