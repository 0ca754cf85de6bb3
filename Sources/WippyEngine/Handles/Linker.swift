import CWasmtime

/// Names host functions for the modules of one engine.
package struct Linker: ~Copyable {
  let handle: OpaquePointer
  private let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
    handle = wasmtime_linker_new(engine.handle)
  }

  deinit {
    wasmtime_linker_delete(handle)
  }

  /// Lets a name be defined again: a module may import the same item twice.
  package borrowing func allowShadowing() {
    wasmtime_linker_allow_shadowing(handle, true)
  }

  /// Defines a function that returns at once.
  package borrowing func define(
    module: String, name: String, type: CoreFunctionType, _ body: @escaping ImmediateBody
  ) throws(EngineError) {
    let box = Unmanaged.passRetained(ImmediateFunction(body))
    let signature = type.makeHandle()
    defer { wasm_functype_delete(signature) }
    let error = wasmtime_linker_define_func_unchecked(
      handle, module, module.utf8.count, name, name.utf8.count, signature,
      { env, caller, values, _ in
        let function = Unmanaged<ImmediateFunction>.fromOpaque(env.unsafelyUnwrapped)
        let context = StoreContext(handle: wasmtime_caller_context(caller))
        // Stores get their owner before their first instance. The linker keeps the function, and the call its store.
        let owner = context.record.unsafelyUnwrapped.pointee.owner
        let outcome = owner._withUnsafeGuaranteedRef { owner in
          function._withUnsafeGuaranteedRef { $0.body(owner, context, RawValues(base: values)) }
        }
        switch outcome {
        case .done: return nil
        case .trap(let message): return wasmtime_trap_new(message, message.utf8.count)
        }
      }, box.toOpaque(), { Unmanaged<ImmediateFunction>.fromOpaque($0.unsafelyUnwrapped).release() })
    if let error { throw .instantiation(message: EngineError.message(consuming: error)) }
  }

  /// Defines the function `() -> ()` that tells the owner of the store: the quickest call of the host that there is.
  package borrowing func defineNotice(module: String, name: String) throws(EngineError) {
    let signature = CoreFunctionType(parameters: [], results: []).makeHandle()
    defer { wasm_functype_delete(signature) }
    let error = wasmtime_linker_define_func_unchecked(
      handle, module, module.utf8.count, name, name.utf8.count, signature,
      { _, caller, _, _ in
        let record = StoreContext(handle: wasmtime_caller_context(caller)).record
        record.unsafelyUnwrapped.pointee.owner._withUnsafeGuaranteedRef { $0.noticed() }
        return nil
      }, nil, nil)
    if let error { throw .instantiation(message: EngineError.message(consuming: error)) }
  }

  /// Defines the function `() -> i64` that suspends its guest until the owner of the store has a `waitResult`.
  package borrowing func defineWait(module: String, name: String) throws(EngineError) {
    let signature = CoreFunctionType(parameters: [], results: [.i64]).makeHandle()
    defer { wasm_functype_delete(signature) }
    let error = wasmtime_linker_define_async_func(
      handle, module, module.utf8.count, name, name.utf8.count, signature,
      { _, caller, _, _, results, _, _, continuation in
        let record = StoreContext(handle: wasmtime_caller_context(caller)).record
        record.unsafelyUnwrapped.pointee.waitResult = results
        let continuation = continuation.unsafelyUnwrapped
        continuation.pointee.env = UnsafeMutableRawPointer(record)
        continuation.pointee.callback = { record in
          let record = record.unsafelyUnwrapped.assumingMemoryBound(to: StoreRecord.self)
          guard let value = record.pointee.owner._withUnsafeGuaranteedRef({ $0.waitResult() }) else { return false }
          let result = record.pointee.waitResult.unsafelyUnwrapped
          result.pointee.kind = UInt8(WASMTIME_I64)
          result.pointee.of.i64 = Int64(bitPattern: value)
          return true
        }
        continuation.pointee.finalizer = nil
      }, nil, nil)
    if let error { throw .instantiation(message: EngineError.message(consuming: error)) }
  }

  /// Defines an item of one store, for modules of the same store.
  package borrowing func define(
    module: String, name: String, _ item: Extern, in context: StoreContext
  ) throws(EngineError) {
    var item = item.item
    let error = wasmtime_linker_define(
      handle, context.handle, module, module.utf8.count, name, name.utf8.count, &item)
    if let error { throw .instantiation(message: EngineError.message(consuming: error)) }
  }

  /// A defined function, as an import for an instance in `context`'s store.
  package borrowing func item(module: String, name: String, in context: StoreContext) -> Extern? {
    var item = wasmtime_extern_t()
    guard
      wasmtime_linker_get(
        handle, context.handle, module, module.utf8.count, name, name.utf8.count, &item)
    else { return nil }
    return Extern(item: item)
  }

  /// The same with the bytes of the name.
  package borrowing func item(
    module: String, name: UnsafeBufferPointer<CChar>, in context: StoreContext
  ) -> Extern? {
    var item = wasmtime_extern_t()
    guard
      wasmtime_linker_get(
        handle, context.handle, module, module.utf8.count, name.baseAddress, name.count, &item)
    else { return nil }
    return Extern(item: item)
  }

  /// Looks up all of a module's imports, so that instances of it can be made quickly.
  package borrowing func template(for module: Module) throws(EngineError) -> InstanceTemplate {
    var pre: OpaquePointer?
    if let error = wasmtime_linker_instantiate_pre(handle, module.handle, &pre) {
      throw .instantiation(message: EngineError.message(consuming: error))
    }
    guard let pre else { throw .instantiation(message: "libwasmtime made no template of a module") }
    return InstanceTemplate(owning: pre, module: module)
  }
}

/// What a host function does for the owner of a store: reads its arguments, writes its results.
package typealias ImmediateBody = @Sendable (StoreOwner, StoreContext, RawValues) -> HostOutcome

/// How a host function ends.
package enum HostOutcome: Sendable {
  case done
  /// Traps the guest. The owner of the store knows more than this text, where there is more to say.
  case trap(String)
}

/// A core module with its imports looked up: the cheapest way to an instance.
package final class InstanceTemplate: @unchecked Sendable {
  let handle: OpaquePointer
  package let module: Module

  init(owning handle: OpaquePointer, module: Module) {
    self.handle = handle
    self.module = module
  }

  deinit {
    wasmtime_instance_pre_delete(handle)
  }
}

private final class ImmediateFunction: Sendable {
  let body: ImmediateBody

  init(_ body: @escaping ImmediateBody) {
    self.body = body
  }
}
